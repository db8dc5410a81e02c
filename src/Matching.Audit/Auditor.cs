using Matching.Core;

namespace Matching.Audit;

/// <summary>
/// Checks the rules over a whole journal, event by event, knowing nothing of how the engine decides: it keeps who sits where and
/// what is owed, and says where a rule is broken. Written apart from <see cref="Book"/> on purpose; a fault there must not hide here.
/// <para>
/// It goes on after a violation, taking the journal's word, so one fault may bring others behind it: the first is the one to look at.
/// What follows from terms the journal does not hold (hold time, rescue on or off) is not checked.
/// </para>
/// One thread at a time.
/// </summary>
public sealed partial class Auditor
{
    private const int MostTold = 20;

    private readonly KeyedRows<OrderRow> _orders = new();
    private readonly KeyedRows<TeamRow> _teams = new();
    private readonly KeyedRows<ItemRow> _items = new();
    private readonly Dictionary<int, HoldTerms> _holds = [];
    private readonly HashSet<(long Item, long Buyer)> _seats = [];
    private readonly List<Violation> _violations = [];
    private long _sequence;
    private long _advancedMs;

    /// <summary>
    /// Whether a team may be opened, or promised, with the size that an event says (R1). One that was promised may be opened by its
    /// payment, whatever this says then (R33).
    /// </summary>
    public Predicate<Event> MayHaveSize { get; init; } = static e => e.Size >= 2;

    /// <summary>The first violations, at most 20.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>All violations.</summary>
    public long ViolationCount { get; private set; }

    /// <summary>Events taken.</summary>
    public long Events { get; private set; }

    /// <summary>Takes the next event.</summary>
    /// <param name="sequence">Its position.</param>
    /// <param name="e">The event.</param>
    /// <param name="encoded">Its bytes: Closed and Reopened have a record.</param>
    public void Take(long sequence, in Event e, ReadOnlySpan<byte> encoded = default)
    {
        Follow(sequence);
        if (RecordEvent.Is(encoded))
        {
            Moved(e, encoded);
            Events++;
            _sequence++;
            return;
        }

        if (e.Kind == EventKind.TimeAdvanced)
        {
            if (e.At < _advancedMs)
            {
                Fail("R43", $"time goes back from {_advancedMs} to {e.At}");
            }

            _advancedMs = Math.Max(_advancedMs, e.At);
        }
        else
        {
            Clock(e);
            Dispatch(e);
        }

        Events++;
        _sequence++;
    }

    private void Follow(long sequence)
    {
        long expected = _sequence;
        _sequence = sequence;
        if (sequence != expected)
        {
            Fail("R38", $"the sequence is broken: number {expected} should stand here");
        }
    }

    private void Dispatch(in Event e)
    {
        if (_left > 0 && e.Order != 0 && _orders.Find(e.Item, e.Order) is >= 0 and var known && _orders[known].HasLeft)
        {
            Fail("R41", $"{e.Kind} of order {e.Order}, which has left memory and was not reopened");
        }

        switch (e.Kind)
        {
            case EventKind.TeamOpened: Opened(e); break;
            case EventKind.SeatTaken: SeatTaken(e); break;
            case EventKind.TeamFormed: Formed(e); break;
            case EventKind.TeamExpired: Expired(e); break;
            case EventKind.TeamDissolved: Dissolved(e); break;
            case EventKind.TeamMerged: Merged(e); break;
            case EventKind.MemberLeft: MemberLeft(e); break;
            case EventKind.HoldPlaced: HoldPlaced(e); break;
            case EventKind.HoldEnded: HoldEnded(e); break;
            case EventKind.HoldReleased: HoldReleased(e); break;
            case EventKind.SoloBought: SoloBought(e); break;
            case EventKind.Shipped: Shipped(e); break;
            case EventKind.RefundRequested: Requested(e); break;
            case EventKind.RefundRejected or EventKind.RefundWithdrawn: RequestEnded(e); break;
            case EventKind.AfterSaleGranted: Granted(e); break;
            case EventKind.RefundOwed: Owed(e); break;
            case EventKind.RefundDone: Done(e); break;
            default: Fail("R41", $"an event of kind {e.Kind} has no meaning here"); break;
        }
    }

    /// <summary>
    /// Times of an item never go back, and what was due is acted on before any decision at that time or later (R36). Due things bear
    /// their own deadline's time, so a decision at or past it must not stand before them.
    /// </summary>
    private void Clock(in Event e)
    {
        int row = _items.Find(e.Item, 0);
        bool first = row < 0;
        row = first ? _items.Add(e.Item, 0) : row;
        ref ItemRow item = ref _items[row];
        if (e.At < item.LastMs)
        {
            Fail("R36", $"item {e.Item} goes back in time from {item.LastMs} to {e.At} ({e.Kind})");
        }

        bool due = e.Kind is EventKind.HoldEnded or EventKind.TeamExpired or EventKind.TeamMerged;
        if (due && !first && item.LastDecisionMs >= e.At)
        {
            Fail("R36", $"{e.Kind} of item {e.Item}, due at {e.At}, stands behind a decision at {item.LastDecisionMs}");
        }

        // What a payment brought too much goes back between the seat it took and the forming.
        bool part = e.Kind == EventKind.RefundOwed && e.Cause is RefundCause.Overpaid or RefundCause.PriceDifference;
        if (item.MustForm != 0 && !part && !(e.Kind == EventKind.TeamFormed && _teams.KeyOf(item.MustForm - 1).A == e.Team))
        {
            Fail("R30", $"team {_teams.KeyOf(item.MustForm - 1).A} is full and was not formed before {e.Kind}");
        }

        item.MustForm = part ? item.MustForm : 0;
        item.LastMs = Math.Max(item.LastMs, e.At);
        if (!due && e.Kind != EventKind.TeamFormed && !(e.Kind == EventKind.RefundOwed && e.Cause == RefundCause.Expired))
        {
            item.LastDecisionMs = Math.Max(item.LastDecisionMs, e.At);
        }
    }

    private void Fail(string rule, string text)
    {
        ViolationCount++;
        if (_violations.Count < MostTold)
        {
            _violations.Add(new Violation(_sequence, rule, text));
        }
    }
}
