using Matching.Core;

namespace Matching.Kit;

/// <summary>
/// The book as a subject: one, or several with the items spread over them by partition. What it journals is kept as the bytes
/// it wrote, and a restart replays them.
/// </summary>
public sealed class BookSubject : ISubject
{
    private readonly Book[] _books;
    private readonly List<byte[]>[] _journals;
    private readonly Dictionary<long, List<Event>> _events = [];

    /// <summary>Makes empty books.</summary>
    public BookSubject(BookOptions options, int books = 1)
    {
        _books = [.. Enumerable.Range(0, books).Select(_ => new Book(options))];
        _journals = [.. _books.Select(_ => new List<byte[]>())];
    }

    /// <inheritdoc/>
    public long NextDue => _books.Min(b => b.NextDue);

    /// <inheritdoc/>
    public long HighestOrder => _books.Max(b => b.HighestOrder);

    /// <summary>The hash of the whole state; hashes of several books add up.</summary>
    public ulong StateHash => _books.Aggregate(0UL, (sum, b) => unchecked(sum + b.StateHash()));

    /// <summary>The latest time any of the books has seen.</summary>
    public long Now => _books.Max(b => b.Now);

    /// <inheritdoc/>
    public Answer Execute(Command command, long clock)
    {
        BookOf(command.Item).Execute(command, clock, out Answer answer);
        Journal();
        return answer;
    }

    /// <inheritdoc/>
    public bool Sweep(long now, int items)
    {
        bool nothingLeft = true;
        foreach (Book book in _books)
        {
            nothingLeft &= book.Sweep(now, items);
        }

        Journal();
        return nothingLeft;
    }

    /// <inheritdoc/>
    public void Restart(BookOptions terms, long now)
    {
        for (int i = 0; i < _books.Length; i++)
        {
            Book before = _books[i];
            _books[i] = Replayed([i], terms);
            Require(_books[i].StateHash() == before.StateHash(), "a replay gives another state hash");
            _books[i].Validate();
            _books[i].Apply(new() { Kind = EventKind.TimeAdvanced, At = now });
            Require(_books[i].Now == now, "time advanced to is not the book's");
        }
    }

    /// <summary>One book made of the journals of all of these, as a start with fewer loops would do.</summary>
    public Book ReplayedAsOne() => Replayed([.. Enumerable.Range(0, _books.Length)], _books[0].Options);

    /// <summary>Checks every invariant.</summary>
    public void Validate() => Array.ForEach(_books, b => b.Validate());

    /// <inheritdoc/>
    public IReadOnlyList<Event> EventsOf(long item) => _events.GetValueOrDefault(item, []);

    /// <inheritdoc/>
    public OrderView? FindOrder(long item, long order, long now)
    {
        bool found = BookOf(item).FindOrder(item, order, now, out OrderView view);
        Journal();
        return found ? view : null;
    }

    /// <inheritdoc/>
    public TeamView? FindTeam(long item, long team, long now)
    {
        TeamView? view = BookOf(item).FindTeam(item, team, now);
        Journal();
        return view;
    }

    /// <inheritdoc/>
    public IReadOnlyList<OpenTeamView> OpenTeams(long item, long now, int take)
    {
        var teams = new List<OpenTeamView>();
        BookOf(item).OpenTeams(item, now, take, teams);
        Journal();
        return teams;
    }

    /// <inheritdoc/>
    public Counts CountItem(long item, long now)
    {
        Counts counts = BookOf(item).CountItem(item, now);
        Journal();
        return counts;
    }

    /// <inheritdoc/>
    public Counts CountAll()
    {
        Counts all = default;
        foreach (Book book in _books)
        {
            all.Add(book.CountAll());
        }

        return all;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RefundView> RefundsOwed(int take)
    {
        var refunds = new List<RefundView>();
        foreach (Book book in _books)
        {
            book.RefundsOwed(take, refunds);
        }

        return _books.Length == 1 ? refunds : [.. refunds.OrderBy(r => r.Since).Take(take)];
    }

    private Book BookOf(long item) => _books[Book.PartitionOf(item) % _books.Length];

    private Book Replayed(int[] journals, BookOptions options)
    {
        var book = new Book(options);
        foreach (byte[] block in journals.SelectMany(j => _journals[j]))
        {
            EventLog.ForEach(block, e => book.Apply(e));
        }

        Require(book.Events.Count == 0, "a replay journals events of its own");
        return book;
    }

    /// <summary>Takes over what the books have written since.</summary>
    private void Journal()
    {
        for (int i = 0; i < _books.Length; i++)
        {
            EventBuffer buffer = _books[i].Events;
            if (buffer.Count == 0)
            {
                continue;
            }

            byte[] block = buffer.Written.ToArray();
            buffer.Clear();
            _journals[i].Add(block);
            EventLog.ForEach(block, e =>
            {
                _events.TryAdd(e.Item, []);
                _events[e.Item].Add(e);
            });
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }
}
