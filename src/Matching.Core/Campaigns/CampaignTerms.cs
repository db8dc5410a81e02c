namespace Matching.Core.Campaigns;

/// <summary>
/// The terms of one campaign, in one version, as an item's shard decides by them: given from the control book to the shard
/// when they change, kept by teams and holds as they were (R34). Immutable, so a change can't reach what was handed out.
/// (<see cref="Campaign"/>, <see cref="Version"/>) names what is frozen into a team; only <see cref="Enabled"/> and
/// <see cref="EndMs"/>, which concern opening alone, differ within one version.
/// </summary>
public sealed record CampaignTerms
{
    /// <summary>The campaign; 0 in a command that publishes.</summary>
    public long Campaign { get; init; }

    /// <summary>1 when published, one more with every change.</summary>
    public int Version { get; init; }

    /// <summary>Whose offer it is.</summary>
    [JsonId]
    public long Merchant { get; init; }

    /// <summary>What is offered.</summary>
    [JsonId]
    public long Item { get; init; }

    /// <summary>False once ended, by request or because the window is over: nothing opens, open teams run on (R34).</summary>
    public bool Enabled { get; init; }

    /// <summary>Teams open in [<see cref="StartMs"/>, <see cref="EndMs"/>), ms since 1970. In a command: 0 for now (or, in a
    /// change, as it was).</summary>
    public long StartMs { get; init; }

    /// <summary>End of the window, ms since 1970; once ended, the moment it did (R11 counts from it).</summary>
    public long EndMs { get; init; }

    /// <summary>Seats of a team (R1).</summary>
    public int TeamSize { get; init; }

    /// <summary>Price of one piece in a team. 1 fen … the solo price.</summary>
    public long GroupPriceFen { get; init; }

    /// <summary>Price of one piece for the leader, 0 fen … the group price; null where he pays the group price.</summary>
    public long? LeaderPriceFen { get; init; }

    /// <summary>Price of one piece bought alone (R9). At least 1 fen.</summary>
    public long SoloPriceFen { get; init; }

    /// <summary>
    /// Seats the campaign may sell (R42), at least one team's; 0 for no limit. Teams take them whole when they open, or are promised.
    /// </summary>
    public long QuotaSeats { get; init; }

    /// <summary>Pieces in one order; 0 for no limit.</summary>
    public int PerOrderPieces { get; init; }

    /// <summary>Pieces one buyer may have, held or paid, over all his orders under the campaign; 0 for no limit.</summary>
    public int PerBuyerPieces { get; init; }

    /// <summary>Longest hold (R33), 1 … 86,400,000 ms. In a command: 0 for the default.</summary>
    public long HoldMs { get; init; }

    /// <summary>Whether its teams may be rescued, and rescue (R40).</summary>
    public bool Merge { get; init; } = true;

    /// <summary>Who may open and join (R21).</summary>
    public AudienceRule Audience { get; init; }

    /// <summary>What the leader pays for one piece.</summary>
    public long LeaderPaysFen => LeaderPriceFen ?? GroupPriceFen;
}
