namespace Matching.Core.Campaigns;

/// <summary>Terms in a saved state: their fields in a fixed order, 8 bytes each.</summary>
internal static class TermsState
{
    public static void Save(CampaignTerms terms, StateWriter to) => to.Put(
        terms.Campaign, terms.Version, terms.Merchant, terms.Item, terms.Enabled ? 1 : 0,
        terms.StartMs, terms.EndMs, terms.TeamSize,
        terms.GroupPriceFen, terms.LeaderPriceFen ?? -1, terms.SoloPriceFen,
        terms.QuotaSeats, terms.PerOrderPieces, terms.PerBuyerPieces,
        terms.HoldMs, terms.Merge ? 1 : 0, (long)terms.Audience.Kind, terms.Audience.EarlyMs, terms.Audience.MinTier);

    public static CampaignTerms Load(ref StateReader from) => new()
    {
        Campaign = from.Take(),
        Version = from.TakeInt(),
        Merchant = from.Take(),
        Item = from.Take(),
        Enabled = from.Take() != 0,
        StartMs = from.Take(),
        EndMs = from.Take(),
        TeamSize = from.TakeInt(),
        GroupPriceFen = from.Take(),
        LeaderPriceFen = from.Take() is >= 0 and var leaderFen ? leaderFen : null,
        SoloPriceFen = from.Take(),
        QuotaSeats = from.Take(),
        PerOrderPieces = from.TakeInt(),
        PerBuyerPieces = from.TakeInt(),
        HoldMs = from.Take(),
        Merge = from.Take() != 0,
        Audience = new AudienceRule((AudienceKind)from.Take(), from.Take(), (byte)from.Take()),
    };
}
