using Matching.Core;

namespace Matching.Kit;

/// <summary>Defects of those who evict and recall, one at a time: each must be caught.</summary>
public enum EvictionFault
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Whatever is away is said to be absent: the filter is not heeded.</summary>
    FilterForgotten,

    /// <summary>A record written again stays as it was first.</summary>
    StaleRecord,

    /// <summary>A team that was evicted is said to be absent.</summary>
    TeamForgotten,

    /// <summary>What is not here is not looked for when it is read.</summary>
    ReadsStopAtTheBook,

    /// <summary>That a family was reopened is not journaled.</summary>
    ReopenedForgotten,
}

/// <summary>
/// A ledger at its plainest, made of journaled events, and the strictest timing there is: at every step everything closed leaves its book,
/// and every command and read that needs it gets it from here, or from the book while that keeps its record.
/// </summary>
public sealed class Evictions(EvictionFault fault = EvictionFault.None)
{
    // A filter that is always full: some orders are taken for evicted that never were.
    private const long FewOrders = 4;

    // The ledger is behind the book by so many steps.
    private const int Lag = 3;

    private readonly Dictionary<(long First, long Second), byte[]> _records = [];

    /// <summary>Records written.</summary>
    public int Count => _records.Count;

    /// <summary>
    /// True when all of these records are in the other; it may hold some of orders that were brought back and are open now.
    /// </summary>
    public bool Within(Evictions other) =>
        _records.All(r => other._records.TryGetValue(r.Key, out byte[]? record) && record.AsSpan().SequenceEqual(r.Value));

    /// <summary>A book whose closed families leave it.</summary>
    public static Book Make(BookOptions options)
    {
        var book = new Book(options);
        book.KeepOnlyOpen(FewOrders);
        return book;
    }

    /// <summary>Lets everything closed leave, into the book's events.</summary>
    public static void Evict(Book book)
    {
        book.Batch++;
        book.EvictClosed(int.MaxValue, keep: 0);
        book.ForgetWritten(book.Batch - Lag);
    }

    /// <summary>Takes the records of what was journaled, and gives back what is journaled.</summary>
    public byte[] Take(byte[] block)
    {
        List<byte> journaled = [];
        EventLog.ForEach(block, (in e, encoded) =>
        {
            if (e.Kind == EventKind.Closed)
            {
                Family.Spread(RecordEvent.RecordOf(encoded), Write);
            }

            if (e.Kind != EventKind.Reopened || fault != EvictionFault.ReopenedForgotten)
            {
                journaled.AddRange(encoded);
            }
        });
        return [.. journaled];
    }

    /// <summary>Decides a command, with whatever it needs of the evicted.</summary>
    public Answer Execute(Book book, in Command command, long clock)
    {
        var absent = Absent.Nothing;
        Answer answer;
        while (book.TryExecute(command, clock, absent, out answer) is var away && away != Away.Nothing)
        {
            (long First, long Second) key = away == Away.Order ? Family.KeyOfOrder(command.Item, command.Order)
                : Family.KeyOfTeam(command.Item, command.Team);
            bool forgotten = fault == EvictionFault.FilterForgotten || (fault == EvictionFault.TeamForgotten && away == Away.Team);
            if (forgotten || Find(key, command.Item) is not { } family)
            {
                absent |= away == Away.Order ? Absent.Order : Absent.Team;
            }
            else
            {
                book.Recall(family);
            }
        }

        book.PutBack();
        return answer;
    }

    /// <summary>An order that is not in its book.</summary>
    public OrderView? FindOrder(Book book, long item, long order) =>
        fault != EvictionFault.ReadsStopAtTheBook
            && book.MayBeEvicted(item, order) ? Find(Family.KeyOfOrder(item, order), item)?.FindOrder(order) : null;

    /// <summary>A team that is not in its book.</summary>
    public TeamView? FindTeam(Book book, long item, long team) =>
        fault != EvictionFault.ReadsStopAtTheBook
            && book.IsEvictedTeam(team) ? Find(Family.KeyOfTeam(item, team), item)?.FindTeam(team) : null;

    private Family? Find((long First, long Second) key, long item)
    {
        if (!_records.TryGetValue(key, out byte[]? record))
        {
            return null;
        }

        long team = Family.TeamNamed(record);
        return Family.Read(team == 0 ? record : _records[Family.KeyOfTeam(item, team)]);
    }

    private void Write(long first, long second, ReadOnlySpan<byte> record)
    {
        if (fault != EvictionFault.StaleRecord || !_records.ContainsKey((first, second)))
        {
            _records[(first, second)] = record.ToArray();
        }
    }
}
