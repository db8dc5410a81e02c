using System.Globalization;
using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>
/// A history as the auditor reads it, which shares nothing with the book, beside the events of each order; and what a book or an engine
/// with this history must show its readers.
/// </summary>
/// <param name="auditor">Reads every event.</param>
public sealed class AuditedHistory(Auditor auditor)
{
    private readonly Dictionary<(long Item, long Order), List<Event>> _byOrder = [];

    /// <summary>The first rule that is broken, in words; null for none.</summary>
    public string? Broken => auditor.Violations is [var first, ..]
        ? string.Create(CultureInfo.InvariantCulture, $"{first.Rule}, event {first.Sequence}: {first.Text}")
        : null;

    /// <summary>Takes the next event of an item.</summary>
    public void Take(in Event e, ReadOnlySpan<byte> encoded)
    {
        auditor.Take(auditor.Events, e, encoded);
        if (e.Order != 0 && !RecordEvent.Is(encoded))
        {
            _byOrder.TryAdd((e.Item, e.Order), []);
            _byOrder[(e.Item, e.Order)].Add(e);
        }
    }

    /// <summary>Takes the next event of campaigns.</summary>
    public void Take(ControlEvent e) => auditor.Take(auditor.Events, e);

    /// <summary>An order's events; none for an unknown one.</summary>
    public IReadOnlyList<Event> Of(long item, long order) => _byOrder.GetValueOrDefault((item, order), []);

    /// <summary>Checks what must hold between two commands (R41), and compares what readers see with what the events say.</summary>
    /// <param name="actedUntilMs">All that was due by then has been acted on; ms since 1970.</param>
    /// <param name="order">Finds an order by item and id.</param>
    /// <param name="team">Finds a team by item and id.</param>
    /// <param name="refunds">All refunds owed.</param>
    /// <param name="counts">Counts an item, or all for 0.</param>
    /// <param name="share">Of the orders and teams, one in so many is looked at.</param>
    /// <returns>What is wrong, with its rule; null for nothing.</returns>
    public string? Difference(
        long actedUntilMs, Func<long, long, OrderView?> order, Func<long, long, TeamView?> team, IReadOnlyList<RefundView> refunds,
        Func<long, Counts> counts, int share = 1)
    {
        auditor.CheckAtRest(actedUntilMs);
        return Broken
            ?? Say("R38, R41, R46", Every(share, auditor.Orders, known => Difference(known, order(known.Item, known.Order))))
            ?? Say("R30, R38", Every(share, auditor.Teams, known => Difference(known, team(known.Item, known.Team))))
            ?? Say("R37", Compare.Refunds(refunds, [.. auditor.RefundsOwed.OrderBy(refund => refund.Since)]))
            ?? Say("R19, R41", _byOrder.Keys.Select(key => key.Item).Append(0).Distinct()
                .Select(item => Compare.Counts($"item {item}", counts(item), auditor.Count(item)))
                .FirstOrDefault(found => found is not null));
    }

    private static string? Say(string rules, string? difference) => difference is null ? null : $"{rules}: {difference}";

    private static string? Every<T>(int share, IEnumerable<T> all, Func<T, string?> difference) =>
        all.Where((_, i) => i % share == share - 1).Select(difference).FirstOrDefault(found => found is not null);

    // What it was made with, no later event changes (R23, R33, R45, R46).
    private string? Difference(in AuditedOrder known, OrderView? view)
    {
        IReadOnlyList<Event> events = Of(known.Item, known.Order);
        Event made = events[0];
        var expected = new OrderView(
            known.Item, known.Order, known.Buyer, known.Team == 0 ? view?.Team ?? 0 : known.Team, known.State, known.Request,
            known.WasShipped, known.Paid, made.Quantity, made.Kind == EventKind.HoldPlaced ? made.Deadline : 0, made.Source)
        {
            Merchant = made.Merchant,
            Sharer = made.Sharer,
            NewBuyer = made.NewBuyer,
            Tier = made.Tier,
            Due = made.DueNamed ? made.Due : null,
            Kept = known.Kept,
            Owed = known.Owed,
            Refunded = known.Refunded,
        };
        return view == expected ? null : Compare.Say("order", view, expected);
    }

    private static string? Difference(AuditedTeam known, TeamView? view) => Compare.Teams(view, view is null ? null : view with
    {
        State = known.State,
        InviteOnly = known.InviteOnly,
        Size = known.Size,
        SeatsLeft = known.SeatsLeft,
        Price = known.Price,
        Deadline = known.DeadlineMs,
        Leader = known.Members is [var leader, ..] ? leader : 0,
        Members = known.Members,
        Campaign = known.Campaign,
    });
}
