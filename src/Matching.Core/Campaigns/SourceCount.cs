namespace Matching.Core.Campaigns;

/// <summary>
/// What one channel of one campaign brought (R23). Opens and joins ever; what formed is net of refunds: an order whose money went back
/// after the sale counts no longer.
/// </summary>
public record struct SourceCount
{
    /// <summary>Teams opened.</summary>
    public long Opens { get; set; }

    /// <summary>Seats taken in open teams.</summary>
    public long Joins { get; set; }

    /// <summary>Orders that formed and whose money is kept, shipped ones too.</summary>
    public long FormedOrders { get; set; }

    /// <summary>
    /// What is kept of their amounts, in fen (R44, R46). Wide, as all sums of money are: a thousand of the highest amounts are more than a
    /// long holds.
    /// </summary>
    [JsonFen]
    public Int128 FormedFen { get; set; }

    /// <summary>Joins, leaders left out, of buyers said to be new; of the share link: those a leader's share brought (R22).</summary>
    public long NewBuyerJoins { get; set; }

    /// <summary>Adds another's counts to these.</summary>
    public void Add(in SourceCount other)
    {
        Opens += other.Opens;
        Joins += other.Joins;
        FormedOrders += other.FormedOrders;
        FormedFen += other.FormedFen;
        NewBuyerJoins += other.NewBuyerJoins;
    }
}
