using Matching.Benchmarks.Peers;
using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>
/// Strangers joining: every command a QuickJoin of a new order by a new buyer, of an item drawn evenly from all. Evenly is the
/// worst case: no item stays in the caches longer than another. Skewed: half of the joins go to 16 items.
/// </summary>
internal sealed class JoinTraffic(int items, bool skewed = false)
{
    /// <summary>Commands a batch, as a shard drains them.</summary>
    public const int Batch = 256;

    private const long Start = 1_700_000_000_000;
    private const int HotItems = 16;

    private readonly Command[] _batch = new Command[Batch];
    private readonly CommandKey[] _keys = new CommandKey[Batch];
    private ulong _seed = 42;
    private long _order;
    private long _opened;
    private long _joined;
    private long _formed;

    /// <summary>Joins executed so far.</summary>
    public long Joins => _order;

    /// <summary>Executes joins and encodes their events; with <paramref name="ahead"/> a batch's look-ups are prefetched.</summary>
    public void Run(Book book, int joins, bool ahead)
    {
        for (int done = 0; done < joins; done += Batch)
        {
            Draw();
            long now = Start + (_order / 4096);
            for (int from = 0; from < Batch; from += Book.PrefetchedTogether)
            {
                if (ahead)
                {
                    book.Prefetch(_keys.AsSpan(from, Book.PrefetchedTogether));
                }

                foreach (ref Command command in _batch.AsSpan(from, Book.PrefetchedTogether))
                {
                    book.Execute(command, now, out Answer answer);
                    Count(answer);
                }
            }

            book.Events.Clear();
        }
    }

    /// <summary>The same joins by the plain version.</summary>
    public void Run(PlainBook book, int joins, EventBuffer events)
    {
        for (int done = 0; done < joins; done += Batch)
        {
            Draw();
            long now = Start + (_order / 4096);
            foreach (ref Command command in _batch.AsSpan())
            {
                Count(book.Execute(command, now, events));
            }

            events.Clear();
        }
    }

    /// <summary>Only draws the commands: what of a measurement is not the book's.</summary>
    public void DrawOnly(int joins)
    {
        for (int done = 0; done < joins; done += Batch)
        {
            Draw();
        }
    }

    /// <summary>Every join must have opened a team, joined one or formed one, and the counts must say the same.</summary>
    public void Check(in Counts counts)
    {
        if (_opened + _joined + _formed != _order || counts.TeamsOpened != _opened || counts.TeamsFormed != _formed
            || counts.Waiting + counts.Formed != _order || counts.TeamsOpen != _opened - _formed)
        {
            throw new InvalidOperationException($"{_order} joins opened {_opened} and formed {_formed} teams; counted are {counts}");
        }
    }

    private void Count(in Answer answer)
    {
        _opened += answer.Outcome == Outcome.Opened ? 1 : 0;
        _joined += answer.Outcome == Outcome.Joined ? 1 : 0;
        _formed += answer.Outcome == Outcome.Formed ? 1 : 0;
    }

    private void Draw()
    {
        ulong seed = _seed;
        long order = _order;
        foreach (ref Command command in _batch.AsSpan())
        {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            order++;
            command.Operation = Operation.QuickJoin;
            command.Quantity = 1;
            command.Amount = 1990;
            command.Item = 1 + (long)Math.BigMul(seed, (ulong)(skewed && (seed & 1) != 0 ? HotItems : items), out _);
            command.Order = order;
            command.Buyer = order;
        }

        for (int i = 0; i < Batch; i++)
        {
            _keys[i] = _batch[i].Key;
        }

        _seed = seed;
        _order = order;
    }
}
