namespace Matching.Host.Verify;

/// <summary>Where an order stands, as the auditor sees it.</summary>
internal enum Phase : byte
{
    None,
    Held,
    HoldEnded,
    Released,
    Waiting,
    Formed,
    Shipped,
    Bought,

    /// <summary>Left its open team; its refund entry must follow.</summary>
    Left,

    /// <summary>Granted after sale; its refund entry must follow.</summary>
    Granted,
    RefundOwed,
    Refunded,
}

/// <summary>How a team stands, as the auditor sees it.</summary>
internal enum Standing : byte
{
    None,
    Open,
    Formed,
    Expired,
    Dissolved,
    Merged,
}

/// <summary>An order. Team and Next are row numbers + 1; 0 for none.</summary>
internal struct OrderRow
{
    public long Buyer;
    public Int128 Paid;
    public long Kept;
    public int Team;
    public int Next;
    public Phase Phase;
    public bool Pending;

    /// <summary>It was dispatched, whatever came after.</summary>
    public bool WasShipped;

    /// <summary>It was bought alone.</summary>
    public bool WasBought;

    /// <summary>A hold made it.</summary>
    public bool WasHeld;
}

/// <summary>A team. First is the row number + 1 of the first order, paid or held, that sits in it.</summary>
internal struct TeamRow
{
    public long Item;
    public long DeadlineMs;
    public long Price;
    public long Campaign;
    public int Version;
    public int First;
    public ushort Size;
    public ushort Paid;
    public ushort Held;
    public Standing Standing;
    public bool InviteOnly;
}

/// <summary>An item: the latest times seen, and the row number + 1 of a full team whose forming must come next.</summary>
internal struct ItemRow
{
    public long LastMs;
    public long LastDecisionMs;
    public int MustForm;
}

/// <summary>A hold: its end, and the row number + 1 of the team whose seat it keeps or kept.</summary>
internal readonly record struct HoldTerms(long UntilMs, int Team)
{
    /// <summary>Of a promise to open: the campaign whose quota it takes seats of, and how many.</summary>
    public long Campaign { get; init; }

    public int Size { get; init; }

    /// <summary>It took them; false where a dissolved team left it none.</summary>
    public bool TakesSeats { get; init; }

    /// <summary>It is its buyer's one seat of the item.</summary>
    public bool CountsAsSeat { get; init; }

    /// <summary>Its pieces; 0 where they are not said.</summary>
    public int Pieces { get; init; }
}

/// <summary>A campaign: what its versions may sell, and what is taken of it.</summary>
internal sealed class CampaignRow
{
    /// <summary>Seats of the quota by version; 0 for none.</summary>
    public Dictionary<int, long> Quotas { get; } = [];

    public long SeatsTaken { get; set; }
}

/// <summary>A rule that the journal breaks.</summary>
/// <param name="Sequence">Position of the event that breaks it; the journal's end for what is missing altogether.</param>
/// <param name="Rule">Which.</param>
/// <param name="Text">How.</param>
internal readonly record struct Violation(long Sequence, string Rule, string Text);
