using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Host.Run.Campaigns;

/// <summary>
/// Commands about merchants, campaigns, promotions, chat groups and venues, from a line's fields. Each carries <c>request</c>, the
/// caller's own id of it: (op, request) is its key (R35). The engine checks what the fields mean; here only that they are there.
/// </summary>
internal static class ControlCommands
{
    /// <summary>The operations' words, with what reads their fields.</summary>
    public static IReadOnlyDictionary<string, Func<LineFields, ControlCommand>> All { get; } =
        new Dictionary<string, Func<LineFields, ControlCommand>>(StringComparer.Ordinal)
        {
            ["setMerchant"] = fields => Begin(fields, ControlOperation.SetMerchant) with
            {
                Merchant = fields.Id("merchant"),
                Facts = new MerchantFacts(
                    fields.Word("kind", ControlWords.MerchantKinds),
                    fields.Words("tools", ControlWords.Tools).Aggregate(PrivateTraffic.None, (tools, tool) => tools | tool)),
            },
            ["publishCampaign"] = fields => Begin(fields, ControlOperation.PublishCampaign) with
            {
                Merchant = fields.Id("merchant"),
                Item = fields.Id("item"),
                Category = fields.Text("category"),
                Terms = Terms(fields),
            },
            ["setItem"] = fields => Begin(fields, ControlOperation.SetItem) with
            {
                Item = fields.Id("item"),
                Merchant = fields.Id("merchant"),
                Category = fields.Text("category"),
                From = fields.IdOrNone("from"),
            },
            ["changeCampaign"] = fields => Begin(fields, ControlOperation.ChangeCampaign) with
            {
                Campaign = fields.Id("campaign"),
                Terms = Terms(fields),
            },
            ["endCampaign"] = fields => Begin(fields, ControlOperation.EndCampaign) with { Campaign = fields.Id("campaign") },
            ["deleteCampaign"] = fields => Begin(fields, ControlOperation.DeleteCampaign) with { Campaign = fields.Id("campaign") },
            ["setPromotion"] = fields => Begin(fields, ControlOperation.SetPromotion) with
            {
                Item = fields.Id("item"),
                Promotion = new Promotion(
                    fields.Id("promotion"), fields.Word("kind", ControlWords.Promotions), fields.Time("start"), fields.Time("end")),
            },
            ["removePromotion"] = fields => Begin(fields, ControlOperation.RemovePromotion) with
            {
                Item = fields.Id("item"),
                Promotion = new Promotion(fields.Id("promotion"), PromotionKind.None, 0, 0),
            },
            ["setBigDay"] = fields => Begin(fields, ControlOperation.SetBigDay) with { BigDay = Day(fields) },
            ["removeBigDay"] = fields => Begin(fields, ControlOperation.RemoveBigDay) with
            {
                BigDay = new BigDay(fields.Id("bigDay"), Grade.None, 0, 0, 0),
            },
            ["publishToChat"] = fields => Begin(fields, ControlOperation.PublishToChat) with
            {
                Chat = fields.Id("chat"),
                Campaign = fields.Id("campaign"),
            },
            ["registerActivity"] = fields => Begin(fields, ControlOperation.RegisterActivity) with
            {
                Chat = fields.Id("chat"),
                Activity = new Activity(fields.Word("kind", ControlWords.Activities), fields.Id("activity"), fields.NumberOr("end", 0)),
            },
            ["withdrawFromChat"] = fields => Begin(fields, ControlOperation.WithdrawFromChat) with
            {
                Chat = fields.Id("chat"),
                Activity = new Activity(fields.Word("kind", ControlWords.Activities), fields.Id("activity")),
            },
            ["setVenue"] = fields => Begin(fields, ControlOperation.SetVenue) with { Venue = fields.Id("venue"), Plan = Plan(fields) },
            ["removeVenue"] = fields => Begin(fields, ControlOperation.RemoveVenue) with { Venue = fields.Id("venue") },
            ["applyToVenue"] = fields => OfVenue(fields, ControlOperation.ApplyToVenue),
            ["withdrawFromVenue"] = fields => OfVenue(fields, ControlOperation.WithdrawFromVenue),
        };

    private static ControlCommand Begin(LineFields fields, ControlOperation operation) =>
        new() { Operation = operation, Request = fields.Id("request") };

    private static ControlCommand OfVenue(LineFields fields, ControlOperation operation) =>
        Begin(fields, operation) with { Venue = fields.Id("venue"), Campaign = fields.Id("campaign") };

    private static CampaignTerms Terms(LineFields fields) => new()
    {
        StartMs = fields.NumberOr("start", 0),
        EndMs = fields.Time("end"),
        TeamSize = (int)fields.NumberOr("teamSize", 2, int.MinValue, int.MaxValue),
        GroupPriceFen = fields.NumberOr("groupPrice", 0),
        LeaderPriceFen = fields.Number("leaderPrice", 0, BookOptions.MaxExact, required: false),
        SoloPriceFen = fields.NumberOr("soloPrice", 0),
        QuotaSeats = fields.NumberOr("quota", 0),
        PerOrderPieces = (int)fields.NumberOr("perOrder", 0, 0, int.MaxValue),
        PerBuyerPieces = (int)fields.NumberOr("perBuyer", 0, 0, int.MaxValue),
        HoldMs = fields.NumberOr("holdMs", 0),
        Merge = fields.FlagOr("merge", otherwise: true),
        Audience = new AudienceRule(
            fields.Word("audience", ControlWords.Audiences, required: false),
            fields.NumberOr("earlyMs", 0),
            (byte)fields.NumberOr("minTier", 0, 0, 255)),
    };

    private static BigDay Day(LineFields fields)
    {
        long start = fields.Time("start");
        return new BigDay(
            fields.Id("bigDay"), fields.Word("grade", ControlWords.Grades), fields.NumberOr("warmUp", start), start, fields.Time("end"));
    }

    private static VenuePlan Plan(LineFields fields) => fields.FlagOr("weekly", otherwise: false)
        ? VenuePlan.EveryWeek(
            fields.Word("day", ControlWords.Days),
            (int)fields.NumberOr("startMinute", 0, 0, 1439),
            (int)fields.NumberOr("lengthMinutes", 1440, 1, 10_080),
            (int)fields.NumberOr("utcOffsetMinutes", VenuePlan.ShanghaiOffsetMinutes, -840, 840))
        : VenuePlan.Once(fields.Time("start"), fields.Time("end"));
}
