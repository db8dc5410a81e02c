using Matching.Core;

namespace Matching.Kit;

/// <summary>
/// A second book, written from the rules alone: lists, LINQ, no indexes, no wheel, nothing clever. It is slow and it is meant
/// to be read; where it and <see cref="Book"/> disagree, RULES.md decides. One thread at a time.
/// </summary>
/// <param name="options">The terms it decides by.</param>
/// <param name="mutant">A defect planted on purpose; <see cref="Mutant.None"/> for the sound twin.</param>
/// <param name="fault">One in what spans items; <see cref="TwinFault.None"/> for the sound twin.</param>
public sealed partial class Twin(BookOptions options, Mutant mutant = Mutant.None, TwinFault fault = TwinFault.None) : ISubject
{
    private readonly ControlTwin _control = new(Offers.Limits, fault);
    private readonly List<TwinTeam> _teams = [];
    private readonly List<TwinOrder> _orders = [];
    private readonly List<TwinRefund> _refunds = [];
    private readonly Dictionary<long, List<Event>> _events = [];
    private BookOptions _options = options;
    private long _now;

    /// <inheritdoc/>
    public Answer Execute(Command command, long clock)
    {
        _now = Math.Max(_now, command.At != 0 ? command.At : clock);
        ActOnOverdue(command.Item, _now);
        Answer answer = Decide(command);
        answer.Item = command.Item;
        answer.Order = command.Order;
        answer.Now = _now;
        return answer;
    }

    /// <summary>Acts on everything that is due up to <paramref name="now"/>, of all items.</summary>
    public void Advance(long now)
    {
        _now = Math.Max(_now, now);
        foreach (long item in _orders.Select(o => o.Item).Distinct().ToList())
        {
            ActOnOverdue(item, _now);
        }
    }

    /// <inheritdoc/>
    public bool Sweep(long now, int items)
    {
        Advance(now);
        return true;
    }

    /// <inheritdoc/>
    public void Restart(BookOptions terms, long now)
    {
        _options = terms;
        _now = Math.Max(_now, now);
    }

    private Answer Decide(Command c) => c.Operation switch
    {
        Operation.OpenTeam => OpenTeam(c),
        Operation.QuickJoin => QuickJoin(c),
        Operation.JoinTeam => JoinTeam(c),
        Operation.Hold => Hold(c),
        Operation.Pay => Pay(c),
        Operation.Release => Release(c),
        Operation.SoloBuy => SoloBuy(c),
        Operation.RequestRefund => RequestRefund(c),
        Operation.ApproveRefund => ApproveRefund(c),
        Operation.RejectRefund => RejectRefund(c),
        Operation.WithdrawRefund => WithdrawRefund(c),
        Operation.Ship => Ship(c),
        Operation.RefundDone => RefundDone(c),
        _ => throw new ArgumentOutOfRangeException(nameof(c), c.Operation, "no such operation"),
    };

    private bool Has(Mutant planted) => mutant == planted;

    private TwinOrder? OrderOf(Command c) => _orders.Find(o => o.Item == c.Item && o.Id == c.Order);

    private TwinTeam? TeamOf(long item, long team) => _teams.Find(t => t.Item == item && t.Id == team);

    private List<TwinOrder> LiveHolds(TwinTeam team) => _orders.FindAll(o => o.IsHoldLive && o.Team == team);

    private int SeatsLeft(TwinTeam team)
    {
        int taken = team.Members.Count + (Has(Mutant.HoldIsNoSeat) ? 0 : LiveHolds(team).Count);
        if (Has(Mutant.LostHoldRelease))
        {
            taken += _orders.Count(o => o.State == OrderState.Released && o.Team == team);
        }

        return team.IsOpen ? Math.Max(0, SizeOf(team) - taken) : 0;
    }

    private int SizeOf(TwinTeam team) => Has(Mutant.OffByOneSize) ? team.Size + 1 : team.Size;

    /// <summary>
    /// R31: the order, another than this one, by which the buyer has a seat, paid or held, in an open team of the item, or promises to open
    /// one.
    /// </summary>
    private TwinOrder? SeatOf(long item, long buyer, TwinOrder? butNot = null) => _orders.Find(o =>
        o.Item == item && o.Buyer == buyer && o != butNot && (HasSeat(o) || (o.IsPromise && !Has(Mutant.PromiseNotCountedForMembership))));

    private bool HasSeat(TwinOrder order) => order.Team is { IsOpen: true } team
        && (team.Members.Contains(order) || (order.IsHoldLive && !Has(Mutant.HoldsNotCheckedForMembership)));

    /// <summary>R32: public teams with a seat left: fewest seats left, then nearest deadline, then oldest.</summary>
    private IEnumerable<TwinTeam> Listed(long item) => _teams
        .Where(t => t.Item == item && t.IsOpen && SeatsLeft(t) > 0)
        .Where(t => !t.InviteOnly || Has(Mutant.InviteOnlySuggested))
        .OrderBy(t => Has(Mutant.QuickJoinTakesTheOldest) ? 0 : SeatsLeft(t))
        .ThenBy(t => Has(Mutant.QuickJoinTakesTheOldest) ? 0 : t.Deadline)
        .ThenBy(t => t.Id);

    private static Answer Refuse(Outcome outcome, int rule, long team = 0) => new() { Outcome = outcome, Rule = (byte)rule, Team = team };

    /// <summary>R39: a refusal that names the best other open team in which who asks could take a seat now.</summary>
    private Answer RefuseAndSuggest(Outcome outcome, int rule, Command asked, long team) => Refuse(outcome, rule, team) with
    {
        Suggest = Suggested(asked, team)?.Id ?? 0,
    };

    private TwinTeam? Suggested(Command asked, long butNot)
    {
        if (!IsFree(WhyNotJoin(asked.Item)))
        {
            return null;
        }

        if (Has(Mutant.SuggestsToAnybody))
        {
            return Listed(asked.Item).FirstOrDefault(t => t.Id != butNot);
        }

        return asked.Buyer == 0 || SeatOf(asked.Item, asked.Buyer) is not null
            ? null
            : Suiting(asked, asked.PriceNamed ? asked.Price : null).FirstOrDefault(t => t.Id != butNot);
    }

    private static Answer Accept(Outcome outcome, TwinTeam? team = null) => new() { Outcome = outcome, Ok = true, Team = team?.Id ?? 0 };

    private Answer AcceptSeat(Outcome outcome, TwinTeam team, bool rerouted = false) => Accept(outcome, team) with
    {
        SeatsLeft = SeatsLeft(team),
        Deadline = team.Deadline,
        Rerouted = rerouted,
    };

    /// <summary>R35: the first answer again; only the seats left are today's.</summary>
    private Answer Again(Answer first, long item)
    {
        TwinTeam? team = TeamOf(item, first.Team);
        return first with { Repeated = true, SeatsLeft = first.Deadline != 0 && team is not null ? SeatsLeft(team) : 0 };
    }

    private void Emit(EventKind kind, long at, TwinTeam? team, TwinOrder? order) => Emit(Happened(kind, at, team, order));

    private void Emit(Event e)
    {
        _events.TryAdd(e.Item, []);
        _events[e.Item].Add(e);
    }

    private static Event Happened(EventKind kind, long at, TwinTeam? team, TwinOrder? order) => new()
    {
        Kind = kind,
        At = at,
        Item = order?.Item ?? team!.Item,
        Team = team?.Id ?? 0,
        Order = order?.Id ?? 0,
        Buyer = order?.Buyer ?? 0,
    };
}
