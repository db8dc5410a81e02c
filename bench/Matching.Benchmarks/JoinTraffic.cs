using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>
/// Strangers joining: every command a QuickJoin of a new order by a new buyer, of an item drawn evenly from all. Evenly is the
/// worst case: no item stays in the caches longer than another.
/// </summary>
internal sealed class JoinTraffic(int items)
{
    /// <summary>Commands a batch, as a shard drains them.</summary>
    public const int Batch = 256;

    private const long Start = 1_700_000_000_000;

    private readonly Command[] _batch = new Command[Batch];
    private ulong _seed = 42;
    private long _order;
    private long _opened;
    private long _formed;

    /// <summary>Executes joins and encodes their events; with <paramref name="ahead"/> a batch's look-ups are prefetched.</summary>
    public void Run(Book book, int joins, bool ahead)
    {
        for (int done = 0; done < joins; done += Batch)
        {
            Draw();
            if (ahead)
            {
                book.Prefetch(_batch);
            }

            long now = Start + (_order / 4096);
            foreach (ref Command command in _batch.AsSpan())
            {
                book.Execute(command, now, out Answer answer);
                _opened += answer.Outcome == Outcome.Opened ? 1 : 0;
                _formed += answer.Outcome == Outcome.Formed ? 1 : 0;
            }

            book.Events.Clear();
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

    /// <summary>Every join must have opened a team of two or formed one.</summary>
    public void Check(Book book)
    {
        Counts counts = book.CountAll();
        if (_opened + _formed != _order || counts.TeamsOpened != _opened || counts.TeamsFormed != _formed
            || counts.Waiting + counts.Formed != _order || counts.Formed != 2 * _formed)
        {
            throw new InvalidOperationException($"{_order} joins opened {_opened} and formed {_formed} teams; the book counts {counts}");
        }
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
            command.Item = 1 + (long)Math.BigMul(seed, (ulong)items, out _);
            command.Order = order;
            command.Buyer = order;
        }

        _seed = seed;
        _order = order;
    }
}
