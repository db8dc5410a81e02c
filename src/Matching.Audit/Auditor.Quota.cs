using System.Runtime.InteropServices;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Audit;

/// <summary>
/// Quotas (R42): open teams and promises to open take whole teams, what formed keeps its seats until its money goes back unshipped.
/// <para>
/// A shard hears of a campaign's new terms a moment after they are journaled. So what it decides by is told by the version that the event
/// names; where the event names an older one, as a payment does, any version from that one on may be it.
/// </para>
/// </summary>
public sealed partial class Auditor
{
    private readonly Dictionary<long, CampaignRow> _campaigns = [];

    /// <summary>
    /// The first event decided by the rules of this version: before it a promise was no seat, and a quota was taken seat by seat.
    /// </summary>
    public long PresentRulesFrom { get; init; }

    private bool ArePresentRules => _sequence >= PresentRulesFrom;

    /// <summary>Takes an event of campaigns: it moves no order, and says what they may sell.</summary>
    /// <param name="sequence">Its position.</param>
    /// <param name="e">The event.</param>
    public void Take(long sequence, ControlEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        Follow(sequence);
        if (e is { Kind: ControlEventKind.CampaignPublished or ControlEventKind.CampaignChanged, Terms: { } terms })
        {
            RowOf(e.Campaign).Quotas[terms.Version] = terms.QuotaSeats;
        }

        Events++;
        _sequence++;
    }

    private CampaignRow RowOf(long campaign) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_campaigns, campaign, out _) ??= new CampaignRow();

    private void TakeSeats(long campaign, int seats)
    {
        if (campaign != 0)
        {
            RowOf(campaign).SeatsTaken += seats;
        }
    }

    /// <summary>Seats were taken: there must have been room for them.</summary>
    private void CheckRoom(in Event e, long campaign, int version, bool orLater)
    {
        if (campaign != 0 && ArePresentRules && !HadRoom(RowOf(campaign), version, orLater))
        {
            Fail(
                "R42",
                $"with {e.Kind} of order {e.Order}, {RowOf(campaign).SeatsTaken} seats of campaign {campaign} are taken: more than "
                + "its quota");
        }
    }

    private static bool HadRoom(CampaignRow campaign, int version, bool orLater) => campaign.Quotas
        .Where(quota => orLater ? quota.Key >= version : quota.Key == version)
        .Any(quota => quota.Value == 0 || campaign.SeatsTaken <= quota.Value);

    /// <summary>
    /// Whether a payment that opens a team has its seats already: its live promise took them. One of a hold that was late, or found no
    /// room, takes them now.
    /// </summary>
    private bool HasPromisedSeats(in Event e) =>
        HoldPaidBy(e, out HoldTerms hold) is OrderState.Held && hold is { Team: 0, TakesSeats: true };

    /// <summary>Whether a payment opens a team of the size that its hold was given under.</summary>
    private bool IsPromised(in Event e) => HoldPaidBy(e, out HoldTerms hold) != OrderState.None && hold.Size == e.Size;

    /// <summary>The state of the order whose payment this is, and the terms of its hold; None where it has no hold.</summary>
    private OrderState HoldPaidBy(in Event e, out HoldTerms hold)
    {
        int order = e.Via == Operation.Pay ? _orders.Find(e.Item, e.Order) : -1;
        return _holds.TryGetValue(order, out hold) ? _orders[order].State : OrderState.None;
    }

    /// <summary>A promise to open takes a whole team's seats, and is its buyer's one seat of the item (R31).</summary>
    private HoldTerms Promise(in Event e)
    {
        CheckSize(e);
        TakeSeats(e.Campaign, e.Size);
        CheckRoom(e, e.Campaign, e.TermsVersion, orLater: false);
        bool counts = ArePresentRules;
        if (counts && !_seats.Add((e.Item, e.Buyer)))
        {
            Fail("R31", $"buyer {e.Buyer} promises to open a team of item {e.Item} beside a seat or promise that he has");
        }

        return new HoldTerms(e.Deadline, 0)
        {
            Campaign = e.Campaign,
            Size = e.Size,
            TakesSeats = true,
            CountsAsSeat = counts,
            Pieces = e.Quantity,
        };
    }

    /// <summary>A live promise is one no longer.</summary>
    private void EndPromise(int order)
    {
        HoldTerms hold = _holds[order];
        TakeSeats(hold.Campaign, hold.TakesSeats ? -hold.Size : 0);
        if (hold.CountsAsSeat)
        {
            _seats.Remove((_orders.KeyOf(order).A, _orders[order].Buyer));
        }
    }

    /// <summary>
    /// A hold in a team that dissolved becomes a promise. The team has given its seats back: the earliest holds take them anew, while there
    /// is room; the event says how many, the latest, go without.
    /// </summary>
    private void Promise(in Event e, int order, in TeamRow team, bool takesSeats)
    {
        ref OrderRow row = ref _orders[order];
        row.Team = 0;
        bool counts = ArePresentRules && _seats.Add((e.Item, row.Buyer));
        _holds[order] =
            _holds[order] with { Team = 0, Campaign = team.Campaign, Size = team.Size, TakesSeats = takesSeats, CountsAsSeat = counts };
        TakeSeats(team.Campaign, team.Size);
        if (takesSeats)
        {
            CheckRoom(e, team.Campaign, team.Version, orLater: true);
            return;
        }

        if (team.Campaign == 0 || HasRoomInAll(RowOf(team.Campaign), team.Version))
        {
            Fail(
                "R42",
                $"order {_orders.KeyOf(order).B} holds a seat of team {e.Team}, which dissolves, and is left without seats although "
                + "there is room");
        }

        TakeSeats(team.Campaign, -team.Size);
    }

    private static bool HasRoomInAll(CampaignRow campaign, int version) => campaign.Quotas
        .Where(quota => quota.Key >= version)
        .All(quota => quota.Value == 0 || campaign.SeatsTaken <= quota.Value);
}
