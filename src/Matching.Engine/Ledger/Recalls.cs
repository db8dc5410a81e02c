using Matching.Core;

namespace Matching.Engine.Ledger;

/// <summary>The answer to a shard's look, in its inbox.</summary>
internal sealed class Recalled(Shard shard, long item, long id, Away away) : Lookup(item, id, away), IInboxEntry
{
    public int Weight => 0;

    public override void Done() => shard.Send(this);

    public bool Run(Shard at) => throw new InvalidOperationException("what is recalled is resumed, not run");

    public void Fail(Exception cause)
    {
        // Nobody waits for the look itself; who waits behind it is failed with the shard's other entries.
    }

    public void Complete()
    {
        // As above.
    }
}

/// <summary>
/// What a shard's commands do about the evicted. On a system clock a command that needs some waits off the shard, and later ones of
/// its item wait behind it, so that they take effect in the order they came. On a manual clock time must not pass meanwhile, so the
/// shard itself looks. Touched by the shard's loop only.
/// </summary>
internal sealed class Recalls(ClosedOrders closed, LookupLoop lookups, bool onShard)
{
    private readonly Dictionary<long, LinkedList<Waiting>> _waiting = [];
    private bool _resuming;

    /// <summary>Decides a command, or lets it wait.</summary>
    /// <param name="shard">The shard at work.</param>
    /// <param name="command">What is asked.</param>
    /// <param name="waiting">How to go on.</param>
    /// <param name="answer">The answer, when decided.</param>
    /// <returns>False when it waits.</returns>
    public bool TryExecute(Shard shard, in Command command, Waiting waiting, out Answer answer)
    {
        Book book = shard.Book;
        Away away;
        while ((away = book.TryExecute(command, shard.Now, waiting.Absent, out answer)) != Away.Nothing)
        {
            long id = away == Away.Order ? command.Order : command.Team;
            if (!onShard)
            {
                Wait(shard, command.Item, id, away, waiting);
                return false;
            }

            waiting = Take(book, closed.Find(command.Item, id, away), away, waiting);
        }

        if (!_resuming)
        {
            book.PutBack();
        }

        return true;
    }

    /// <summary>Lets a read of an item take its turn behind commands that wait.</summary>
    /// <returns>True when it waits.</returns>
    public bool MustWait(Shard shard, long item, IInboxEntry entry)
    {
        if (onShard || !shard.Book.IsWaiting(item))
        {
            return false;
        }

        Wait(shard, item, 0, Away.Turn, new Waiting(entry, 0, Absent.Nothing));
        return true;
    }

    /// <summary>A look is done: the commands of its item go on, in order, until one has to wait again.</summary>
    public void Resume(Shard shard, Recalled recalled, ReplyBatch replies)
    {
        Book book = shard.Book;
        LinkedList<Waiting> waiting = _waiting[recalled.Item];
        book.SetWaiting(recalled.Item, false);
        waiting.First!.ValueRef = Take(book, recalled.Found, recalled.Away, waiting.First.Value);
        _resuming = true;
        while (waiting.First is { } first && !book.IsWaiting(recalled.Item))
        {
            waiting.RemoveFirst();
            try
            {
                if (first.Value.Entry.Resume(shard, first.Value))
                {
                    replies.Add(first.Value.Entry);
                }
            }
            catch
            {
                // It is failed with all that wait.
                waiting.AddFirst(first);
                throw;
            }
        }

        _resuming = false;
        if (waiting.Count == 0)
        {
            _waiting.Remove(recalled.Item);
        }

        book.PutBack();
    }

    /// <summary>The engine has failed: everything that waits is given up.</summary>
    public void Abandon(ReplyBatch replies)
    {
        foreach (IInboxEntry entry in _waiting.Values.SelectMany(items => items).Select(waiting => waiting.Entry).Distinct())
        {
            replies.Add(entry);
        }

        _waiting.Clear();
    }

    private static Waiting Take(Book book, Family? family, Away away, Waiting waiting)
    {
        if (family is null)
        {
            return waiting with { Absent = waiting.Absent | (away == Away.Order ? Absent.Order : Absent.Team) };
        }

        book.Recall(family);
        return waiting;
    }

    private void Wait(Shard shard, long item, long id, Away away, Waiting waiting)
    {
        if (!_waiting.TryGetValue(item, out LinkedList<Waiting>? others))
        {
            _waiting.Add(item, others = new LinkedList<Waiting>());
        }

        if (_resuming && away != Away.Turn)
        {
            others.AddFirst(waiting);
        }
        else
        {
            others.AddLast(waiting);
        }

        if (away != Away.Turn)
        {
            shard.Book.SetWaiting(item, true);
            lookups.Send(new Recalled(shard, item, id, away));
        }
    }
}

/// <summary>What waits, and how to go on with it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Index">Which of its commands.</param>
/// <param name="Absent">What the ledger was found not to have of it.</param>
internal readonly record struct Waiting(IInboxEntry Entry, int Index, Absent Absent);
