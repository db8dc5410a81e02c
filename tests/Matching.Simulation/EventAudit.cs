using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>
/// What the journal's events amount to, told from the rules alone and apart from the book: orders, teams, refunds. It remembers every
/// event it has read, so that one which vanishes or changes shows (R38), and refuses a history that breaks a rule.
/// </summary>
/// <param name="mayHaveSize">Whether a team opened by this event may have its size (R1, R34).</param>
/// <param name="coverage">Told of teams.</param>
internal sealed partial class EventAudit(Func<Event, bool> mayHaveSize, Coverage coverage)
{
    private readonly List<ulong> _read = [];

    /// <summary>Events read so far.</summary>
    public long Count => _read.Count;

    /// <summary>By item and order.</summary>
    public Dictionary<(long Item, long Order), OrderFacts> Orders { get; } = [];

    /// <summary>By id.</summary>
    public Dictionary<long, TeamFacts> Teams { get; } = [];

    /// <summary>Reads what is new.</summary>
    public void Follow(IJournal journal) => Read(journal, Count);

    /// <summary>Reads everything again: what was read before must be there and be the same.</summary>
    public void Reread(IJournal journal)
    {
        Read(journal, journal.FirstSequence);
        SimulationException.Unless(journal.DurableSequence >= Count,
            $"R38: {Count} durable events were read, and now the journal ends behind {journal.DurableSequence}");
    }

    /// <summary>
    /// What was read so far, all that is durable now: only that may be deleted. Asked by the engine, in the middle of its work.
    /// </summary>
    public long Seen(Machine machine)
    {
        bool quiet = machine.IsQuiet;
        machine.IsQuiet = true;
        try
        {
            Follow(machine.Journal!);
        }
        catch (SimulationException wrong)
        {
            // The engine would take it for a snapshot that failed.
            machine.Wrong ??= wrong;
        }
        finally
        {
            machine.IsQuiet = quiet;
        }

        return Count;
    }

    /// <summary>After a disk that lied: how many of the events known are there and the same, when all that are there agree.</summary>
    public bool Agrees(IJournal journal)
    {
        using IJournalReader reader = journal.Read(journal.FirstSequence);
        int at = (int)journal.FirstSequence;
        while (reader.TryReadBlock(out _, out int count, out ReadOnlyMemory<byte> events))
        {
            ReadOnlySpan<byte> rest = events.Span;
            for (int i = 0; i < count; i++, at++, rest = rest[LengthOf(rest)..])
            {
                if (at < _read.Count && _read[at] != RunHash.Of(rest[..LengthOf(rest)]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Between two blocks: who waits sits in an open team, who formed in one that did, and nobody is in between (R41); nobody has a second
    /// seat, paid or held, or promise of an item (R31).
    /// </summary>
    public void CheckAtRest()
    {
        HashSet<(long Item, long Buyer)> seats = [];
        foreach (((long item, long order), OrderFacts facts) in Orders)
        {
            bool right = facts.State switch
            {
                OrderState.None => false,
                OrderState.Waiting => Teams[facts.Team].State == TeamState.Open,
                OrderState.Formed => Teams[facts.Team].State == TeamState.Formed,
                _ => true,
            };
            SimulationException.Unless(
                right,
                    $"R6, R41: order {order} of item {item} is {facts.State} and its team {facts.Team} "
                    + $"{(facts.Team == 0 ? TeamState.None : Teams[facts.Team].State)}");
            bool stands = facts.State is OrderState.Waiting or OrderState.Formed or OrderState.Shipped or OrderState.Bought;
            SimulationException.Unless(
                facts.Paid == facts.Kept + facts.Owed + facts.Refunded && (stands ? facts.Kept >= 0 : facts.Kept == 0)
                    && (!stands || facts.Kept <= (facts.Due ?? long.MaxValue)),
                $"R46: of order {order} of item {item}, which is {facts.State}, {facts.Paid} fen were paid, {facts.Due} due, {facts.Kept} "
                    + $"kept, {facts.Owed} owed, {facts.Refunded} went back");
            bool takesSeat = facts.State is OrderState.Waiting or OrderState.Held;
            SimulationException.Unless(
                !takesSeat || seats.Add((item, facts.Buyer)), $"R31: buyer {facts.Buyer} has two seats or promises of item {item}");
        }
    }

    public static int LengthOf(ReadOnlySpan<byte> first) => ControlCodec.IsControl(first) ? ControlCodec.LengthOf(first) : first[1];

    private void Read(IJournal journal, long from)
    {
        using IJournalReader reader = journal.Read(from);
        int at = (int)from;
        while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events))
        {
            SimulationException.Unless(first == at, $"R38: event {at} was to come and {first} came");
            ReadOnlySpan<byte> rest = events.Span;
            for (int i = 0; i < count; i++, at++)
            {
                int length = LengthOf(rest);
                Take(at, rest[..length]);
                rest = rest[length..];
            }
        }
    }

    private void Take(int at, ReadOnlySpan<byte> bytes)
    {
        ulong hash = RunHash.Of(bytes);
        if (at < _read.Count)
        {
            SimulationException.Unless(_read[at] == hash, $"R38: event {at} is another than before");
            return;
        }

        _read.Add(hash);
        if (!ControlCodec.IsControl(bytes))
        {
            EventCodec.Read(bytes, out Event e);
            Apply(e);
        }
    }
}

/// <summary>What the events say of one order.</summary>
internal sealed class OrderFacts
{
    public long Buyer { get; set; }

    public OrderState State { get; set; }

    /// <summary>The team it first sat in; 0 for none.</summary>
    public long SeatTeam { get; set; }

    /// <summary>The team it sits in, holds a seat of or left; after a merge, the survivor.</summary>
    public long Team { get; set; }

    public bool OpenedTeam { get; set; }

    public bool FormedTeam { get; set; }

    public long HeldTeam { get; set; }

    public long Until { get; set; }

    /// <summary>Size of the team held, or promised; 0 for none.</summary>
    public int HeldSize { get; set; }

    public bool Solo { get; set; }

    public bool IsPending { get; set; }

    public Source Source { get; set; }

    public long Sharer { get; set; }

    public long Merchant { get; set; }

    /// <summary>The amount due; null where none was named.</summary>
    public long? Due { get; set; }

    /// <summary>Everything that was paid for it.</summary>
    public Int128 Paid { get; set; }

    /// <summary>What of it is neither owed nor went back.</summary>
    public long Kept { get; set; }

    public Int128 Owed => Refunds.Where(refund => !refund.IsDone).SumFen(refund => refund.Amount);

    public Int128 Refunded => Refunds.Where(refund => refund.IsDone).SumFen(refund => refund.Amount);

    /// <summary>What happened to it, each at least once.</summary>
    public HashSet<EventKind> Kinds { get; } = [];

    public List<RefundFacts> Refunds { get; } = [];
}

/// <summary>One entry of the refund ledger.</summary>
internal sealed record RefundFacts(RefundCause Cause, PaymentId Payment, long Buyer, long Amount, long Since)
{
    public bool IsDone { get; set; }
}

/// <summary>What the events say of one team.</summary>
internal sealed record TeamFacts(long Item, int Size, long Deadline)
{
    public TeamState State { get; set; } = TeamState.Open;

    /// <summary>Paid orders by time of joining.</summary>
    public List<long> Orders { get; } = [];

    /// <summary>Orders with a live hold.</summary>
    public List<long> Holds { get; } = [];
}
