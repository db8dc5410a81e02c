namespace Matching.Core.Campaigns;

/// <summary>Whether terms make sense by themselves, and what the fields left out become.</summary>
internal static class TermsCheck
{
    /// <summary>The first field out of its range; null where all are in.</summary>
    public static Refusal? Check(CampaignTerms terms, int maxTeamSize) =>
        Window(terms) ?? Seats(terms, maxTeamSize) ?? Prices(terms) ?? Audience(terms.Audience);

    /// <summary>Whether the limit of the day allows the team size (R1).</summary>
    public static Refusal? CheckSize(int teamSize, int maxTeamSize) => teamSize <= maxTeamSize ? null : BadSize(teamSize, maxTeamSize);

    /// <summary>Whether the window, start already filled in, has time left.</summary>
    public static Refusal? CheckWindow(long startMs, long endMs, long nowMs) =>
        endMs <= nowMs ? Refusal.Bad(34, $"endMs is {endMs}, but it is {nowMs} already (R34)")
        : endMs <= startMs ? Refusal.Bad(34, $"endMs is {endMs}; it must come after startMs {startMs} (R34)")
        : null;

    private static Refusal? Window(CampaignTerms terms) =>
        terms.StartMs is < 0 or > BookOptions.MaxExact
            ? Refusal.Bad(34, $"startMs is {terms.StartMs}; 0 … {BookOptions.MaxExact} are allowed (R34)")
        : terms.EndMs is < 1 or > BookOptions.MaxExact
            ? Refusal.Bad(34, $"endMs is {terms.EndMs}; 1 … {BookOptions.MaxExact} are allowed (R34)")
        : terms.HoldMs is < 0 or > ControlOptions.MaxHoldMs
            ? Refusal.Bad(33, $"holdMs is {terms.HoldMs}; 1 … {ControlOptions.MaxHoldMs}, or 0 for the default, are allowed (R33)")
        : null;

    private static Refusal BadSize(int teamSize, int maxTeamSize) =>
        Refusal.Bad(1, $"teamSize is {teamSize}; 2 … {maxTeamSize} are allowed (R1)");

    private static Refusal? Seats(CampaignTerms terms, int maxTeamSize) =>
        terms.TeamSize is < 2 or > ControlOptions.LargestTeamSize ? BadSize(terms.TeamSize, maxTeamSize)
        : terms.QuotaSeats != 0 && (terms.QuotaSeats < terms.TeamSize || terms.QuotaSeats > BookOptions.MaxExact)
            ? Refusal.Bad(42,
                $"quotaSeats is {terms.QuotaSeats}; at least one team's {terms.TeamSize}, or 0 for no quota, is allowed (R42)")
        : terms.PerOrderPieces < 0
            ? Refusal.Bad(42, $"perOrderPieces is {terms.PerOrderPieces}; 1 or more, or 0 for no limit, is allowed (R42)")
        : terms.PerBuyerPieces < 0
            ? Refusal.Bad(42, $"perBuyerPieces is {terms.PerBuyerPieces}; 1 or more, or 0 for no limit, is allowed (R42)")
        : null;

    private static Refusal? Prices(CampaignTerms terms) =>
        terms.SoloPriceFen is < 1 or > ControlOptions.MaxPriceFen
            ? Refusal.Bad(9, $"soloPriceFen is {terms.SoloPriceFen}; 1 … {ControlOptions.MaxPriceFen} are allowed (R9)")
        : terms.GroupPriceFen < 1 || terms.GroupPriceFen > terms.SoloPriceFen
            ? Refusal.Bad(34, $"groupPriceFen is {terms.GroupPriceFen}; 1 … the solo price {terms.SoloPriceFen} are allowed (R34)")
        : terms.LeaderPriceFen is { } leaderFen && (leaderFen < 0 || leaderFen > terms.GroupPriceFen)
            ? Refusal.Bad(34, $"leaderPriceFen is {leaderFen}; 0 … the group price {terms.GroupPriceFen} are allowed (R34)")
        : null;

    private static Refusal? Audience(AudienceRule rule) =>
        !Enum.IsDefined(rule.Kind) ? Refusal.Bad(21, $"audience is {(byte)rule.Kind}, which is none (R21)")
        : rule.EarlyMs < 0 || (rule.EarlyMs > 0) != (rule.Kind == AudienceKind.OldCustomersFirst) || rule.EarlyMs > BookOptions.MaxExact
            ? Refusal.Bad(21, $"earlyMs is {rule.EarlyMs}; 1 or more with oldCustomersFirst, else 0, is allowed (R21)")
        : (rule.MinTier > 0) != (rule.Kind == AudienceKind.TierAndAbove)
            ? Refusal.Bad(21, $"minTier is {rule.MinTier}; 1 … 255 with tierAndAbove, else 0, is allowed (R21)")
        : null;
}
