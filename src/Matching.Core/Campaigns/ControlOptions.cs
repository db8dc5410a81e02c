using System.Collections.Frozen;

namespace Matching.Core.Campaigns;

/// <summary>The limits a control book decides by. Journaled facts never depend on them: a restart may change them.</summary>
public sealed record ControlOptions
{
    /// <summary>The highest price of one piece: 10^12 fen; a million pieces of it fit a long.</summary>
    public const long MaxPriceFen = 1_000_000_000_000;

    /// <summary>The longest hold, of a campaign or under the default terms, in ms: 24 h, a team's life (R3, R33).</summary>
    public const long MaxHoldMs = 86_400_000;

    /// <summary>The largest team size that an option can allow (R1).</summary>
    public const int LargestTeamSize = 1000;

    /// <summary>Live campaigns of one merchant (R10). At least 1.</summary>
    public int MaxLivePerMerchant { get; set; } = 15;

    /// <summary>From an item's last campaign's end until it may be in another (R11). 0 or more; default 24 h.</summary>
    public long CoolDownMs { get; set; } = 86_400_000;

    /// <summary>Live activities of one chat group (R18). At least 1.</summary>
    public int MaxLivePerChat { get; set; } = 10;

    /// <summary>The largest team size a campaign may name (R1). 2 … <see cref="LargestTeamSize"/>.</summary>
    public int MaxTeamSize { get; set; } = 3;

    /// <summary>The hold of a campaign that names none (R33). 1 … <see cref="MaxHoldMs"/>; default 15 min.</summary>
    public long HoldMs { get; set; } = 900_000;

    /// <summary>Sales of one item that are running or to come (R14): what a shard scans at a boundary. At least 1.</summary>
    public int MaxPromotionsPerItem { get; set; } = 64;

    /// <summary>Big promotions that are running or to come (R15). At least 1.</summary>
    public int MaxBigDays { get; set; } = 64;

    /// <summary>Campaigns that have applied for one venue (R20). At least 1.</summary>
    public int MaxPerVenue { get; set; } = 10_000;

    /// <summary>
    /// Categories closed to group buying (R12), compared without regard to case and outer blanks. Configuration adds to the default ones;
    /// code replaces them.
    /// </summary>
    public IReadOnlyCollection<string> ClosedCategories
    {
        get => Closed;
        set => Closed = value.Select(category => category.Trim()).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a category is closed to group buying (R12), whatever its case and the blanks around it.</summary>
    public bool Closes(string category)
    {
        ArgumentNullException.ThrowIfNull(category);
        return Closed.Contains(category.Trim());
    }

    private FrozenSet<string> Closed { get; set; } = Categories.ClosedByDefault;

    /// <summary>Every option out of its range, in a sentence each.</summary>
    internal IEnumerable<string> Faults() => new[]
    {
        OptionRange.Fault(nameof(MaxLivePerMerchant), MaxLivePerMerchant, 1, int.MaxValue, "R10"),
        OptionRange.Fault(nameof(CoolDownMs), CoolDownMs, 0, BookOptions.MaxExact, "R11"),
        OptionRange.Fault(nameof(MaxLivePerChat), MaxLivePerChat, 1, int.MaxValue, "R18"),
        OptionRange.Fault(nameof(MaxTeamSize), MaxTeamSize, 2, LargestTeamSize, "R1"),
        OptionRange.Fault(nameof(HoldMs), HoldMs, 1, MaxHoldMs, "R33"),
        OptionRange.Fault(nameof(MaxPromotionsPerItem), MaxPromotionsPerItem, 1, int.MaxValue, "R14"),
        OptionRange.Fault(nameof(MaxBigDays), MaxBigDays, 1, int.MaxValue, "R15"),
        OptionRange.Fault(nameof(MaxPerVenue), MaxPerVenue, 1, int.MaxValue, "R20"),
    }.OfType<string>();
}
