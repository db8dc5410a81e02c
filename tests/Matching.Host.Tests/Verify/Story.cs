using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Host.Tests.Verify;

/// <summary>A made-up journal of one item (7), event by event, and what the auditor says to it. Deadlines are 100 after opening.</summary>
internal sealed class Story
{
    public const long Item = 7;

    public const long Campaign = 5;

    private readonly List<(long Sequence, Event Event, ControlEvent? Control)> _events = [];
    private long _next;
    private long _rulesFrom;
    private int _version;

    public Counts Counts { get; private set; }

    public Story Open(long at, long team, long order, long buyer, int size = 2, Operation via = Operation.QuickJoin,
        bool inviteOnly = false, long price = 0, long deadline = 0, long item = Item, int version = 0,
        long invite = 0) =>
        Add(new Event
        {
            Kind = EventKind.TeamOpened,
            Via = via,
            At = at,
            Team = team,
            Order = order,
            Buyer = buyer,
            Size = (ushort)size,
            InviteOnly = inviteOnly,
            Invite = invite,
            Price = price,
            Deadline = deadline == 0 ? at + 100 : deadline,
            Item = item,
            TermsVersion = version,
            Quantity = 1,
        });

    public Story Seat(long at, long team, long order, long buyer, Operation via = Operation.QuickJoin) =>
        Add(new Event { Kind = EventKind.SeatTaken, Via = via, At = at, Team = team, Order = order, Buyer = buyer, Quantity = 1 });

    public Story Form(long at, long team) => Add(new Event { Kind = EventKind.TeamFormed, At = at, Team = team });

    public Story Expire(long at, long team, params long[] orders)
    {
        Add(new Event { Kind = EventKind.TeamExpired, At = at, Team = team });
        foreach (long order in orders)
        {
            Owe(at, order, RefundCause.Expired);
        }

        return this;
    }

    public Story Dissolve(long at, long team, int without = 0) =>
        Add(new Event { Kind = EventKind.TeamDissolved, At = at, Team = team, Quantity = without });

    /// <summary>What opens or is promised from now on is of a campaign with this quota, in its next version.</summary>
    public Story Offer(long quota)
    {
        _version++;
        ControlEvent offered = new()
        {
            Kind = _version == 1 ? ControlEventKind.CampaignPublished : ControlEventKind.CampaignChanged,
            Campaign = Campaign,
            Item = Item,
            Terms = new CampaignTerms { Campaign = Campaign, Item = Item, Version = _version, QuotaSeats = quota },
        };
        _events.Add((_next++, default, offered));
        return this;
    }

    /// <summary>What stands before here was decided by the rules of the version before.</summary>
    public Story Upgrade()
    {
        _rulesFrom = _next;
        return this;
    }

    public Story Merge(long at, long absorbed, long survivor) =>
        Add(new Event { Kind = EventKind.TeamMerged, At = at, Team = absorbed, OtherTeam = survivor });

    public Story Hold(long at, long order, long buyer, long team, long until, int size = 0) =>
        Add(new Event
        {
            Kind = EventKind.HoldPlaced,
            At = at,
            Order = order,
            Buyer = buyer,
            Team = team,
            Deadline = until,
            Size = size == 0 ? SizeOf(team) : (ushort)size,
        });

    public Story EndHold(long at, long order) => Add(new Event { Kind = EventKind.HoldEnded, At = at, Order = order });

    public Story Release(long at, long order) => Add(new Event { Kind = EventKind.HoldReleased, At = at, Order = order });

    public Story Solo(long at, long order, long buyer) =>
        Add(new Event { Kind = EventKind.SoloBought, At = at, Order = order, Buyer = buyer });

    public Story Ask(long at, long order) => Add(new Event { Kind = EventKind.RefundRequested, At = at, Order = order });

    public Story Reject(long at, long order) => Add(new Event { Kind = EventKind.RefundRejected, At = at, Order = order });

    public Story LeaveUnpaid(long at, long team, long order) =>
        Add(new Event { Kind = EventKind.MemberLeft, At = at, Team = team, Order = order });

    public Story Leave(long at, long team, long order) => LeaveUnpaid(at, team, order).Owe(at, order, RefundCause.Left);

    public Story Grant(long at, long order) => Add(new Event { Kind = EventKind.AfterSaleGranted, At = at, Order = order });

    public Story Owe(long at, long order, RefundCause cause, long payment = 0) =>
        Add(new Event { Kind = EventKind.RefundOwed, At = at, Order = order, Cause = cause, Payment = payment });

    public Story PayBack(long at, long order, RefundCause cause, long payment = 0) =>
        Add(new Event { Kind = EventKind.RefundDone, At = at, Order = order, Cause = cause, Payment = payment });

    public Story Ship(long at, long order) => Add(new Event { Kind = EventKind.Shipped, At = at, Order = order });

    public Story Advance(long at)
    {
        _events.Add((_next++, new Event { Kind = EventKind.TimeAdvanced, At = at }, null));
        return this;
    }

    /// <summary>The event before was about this money and these pieces.</summary>
    public Story Of(long amount = 0, long due = -1, long price = 0, int quantity = 0, Operation via = Operation.None)
    {
        (long sequence, Event e, ControlEvent? control) = _events[^1];
        _events[^1] = (sequence, e with
        {
            Amount = amount,
            DueNamed = due >= 0,
            Due = Math.Max(0, due),
            Price = price == 0 ? e.Price : price,
            Quantity = quantity == 0 ? e.Quantity : quantity,
            Via = via == Operation.None ? e.Via : via,
        }, control);
        return this;
    }

    /// <summary>The next event gets a later number than it should.</summary>
    public Story Gap()
    {
        _next++;
        return this;
    }

    /// <summary>Audits it.</summary>
    /// <returns>The violations, as <c>sequence rule</c>.</returns>
    public string Audit()
    {
        var auditor = new Auditor { PresentRulesFrom = _rulesFrom };
        foreach ((long sequence, Event e, ControlEvent? control) in _events)
        {
            if (control is not null)
            {
                auditor.Take(sequence, control);
            }
            else
            {
                auditor.Take(sequence, e);
            }
        }

        auditor.CheckAtRest();
        Counts = auditor.Count();
        Assert.Equal(auditor.ViolationCount, auditor.Violations.Count);
        return string.Join(", ", auditor.Violations.Select(v => $"{v.Sequence} {v.Rule}"));
    }

    private ushort SizeOf(long team) => _events.Select(e => e.Event).Where(e => e.Kind == EventKind.TeamOpened && e.Team == team)
        .Select(e => e.Size).FirstOrDefault((ushort)2);

    private Story Add(in Event e)
    {
        Event added = e;
        added.Item = e.Item == 0 ? Item : e.Item;
        if (_version > 0 && e.Kind is EventKind.TeamOpened or EventKind.HoldPlaced)
        {
            (added.Campaign, added.TermsVersion) = (Campaign, e.TermsVersion == 0 ? _version : e.TermsVersion);
        }

        _events.Add((_next++, added, null));
        return this;
    }
}
