namespace Matching.Core.Campaigns;

/// <summary>Whether a command's fields are there and in range, whatever the state, the time and the options. It takes a command as
/// <see cref="CommandFields.Of"/> gives it.</summary>
internal static class CommandCheck
{
    private const int MaxCategoryLength = 64;

    /// <summary>
    /// The first field missing or out of its range; null where all are in. A team size that no option allows is told with the bound of
    /// today.
    /// </summary>
    public static Refusal? Check(ControlCommand command, int maxTeamSize) => Id("request", command.Request, 35) ?? command.Operation switch
    {
        ControlOperation.SetMerchant => Id("merchant", command.Merchant, 13) ?? Facts(command.Facts),
        ControlOperation.PublishCampaign => Id("merchant", command.Merchant, 10) ?? Id("item", command.Item, 10)
            ?? Category(command.Category) ?? Terms(command.Terms, maxTeamSize),
        ControlOperation.ChangeCampaign => Id("campaign", command.Campaign, 10) ?? Terms(command.Terms, maxTeamSize),
        ControlOperation.EndCampaign or ControlOperation.DeleteCampaign => Id("campaign", command.Campaign, 10),
        ControlOperation.SetItem => Id("merchant", command.Merchant, 45) ?? Id("item", command.Item, 45) ?? Category(command.Category)
            ?? (command.From == 0 ? null : Id("from", command.From, 45)),
        ControlOperation.SetPromotion => Id("item", command.Item, 14) ?? Promotion(command.Promotion),
        ControlOperation.RemovePromotion => Id("item", command.Item, 14) ?? Id("promotion", command.Promotion!.Id, 14),
        ControlOperation.SetBigDay => Day(command.BigDay),
        ControlOperation.RemoveBigDay => Id("bigDay", command.BigDay!.Id, 15),
        ControlOperation.PublishToChat => Id("chat", command.Chat, 18) ?? Id("campaign", command.Campaign, 18),
        ControlOperation.RegisterActivity => Id("chat", command.Chat, 18) ?? Registered(command.Activity),
        ControlOperation.WithdrawFromChat => Id("chat", command.Chat, 18) ?? Named(command.Activity),
        ControlOperation.SetVenue => Id("venue", command.Venue, 20) ?? (command.Plan is { } plan ? plan.Check() : Missing("plan", 20)),
        ControlOperation.RemoveVenue => Id("venue", command.Venue, 20),
        ControlOperation.ApplyToVenue or ControlOperation.WithdrawFromVenue =>
            Id("venue", command.Venue, 20) ?? Id("campaign", command.Campaign, 20),
        _ => Refusal.Bad(0, $"operation is {(byte)command.Operation}, which is none"),
    };

    private static Refusal? Id(string field, long value, byte rule) => value >= 1
        ? null
        : Refusal.Bad(rule, $"{field} is {value}; ids are 1 … {BookOptions.MaxId} (R{rule})");

    private static Refusal Missing(string field, byte rule) => Refusal.Bad(rule, $"{field} is missing (R{rule})");

    private static Refusal? Time(string field, long value, byte rule) => value is >= 0 and <= BookOptions.MaxExact
        ? null
        : Refusal.Bad(rule, $"{field} is {value}; 0 … {BookOptions.MaxExact} are allowed (R{rule})");

    private static Refusal? Facts(MerchantFacts? facts) =>
        facts is null ? Missing("facts", 13)
        : facts.Kind is not (MerchantKind.C2C or MerchantKind.Brand)
            ? Refusal.Bad(15, $"kind is {(byte)facts.Kind}; 1 (C2C) and 2 (brand store) are allowed (R15)")
        : facts.Tools > (PrivateTraffic.Feed | PrivateTraffic.LiveRoom | PrivateTraffic.ChatGroup)
            ? Refusal.Bad(13, $"tools is {(byte)facts.Tools}; feed 1, live room 2, chat group 4 are known (R13)")
        : null;

    private static Refusal? Category(string category) => category.Length <= MaxCategoryLength && !string.IsNullOrWhiteSpace(category)
        ? null
        : Refusal.Bad(12, $"category has {category.Length} characters; 1 … {MaxCategoryLength}, not all blank, are allowed (R12)");

    private static Refusal? Terms(CampaignTerms? terms, int maxTeamSize) =>
        terms is null ? Missing("terms", 34) : TermsCheck.Check(terms, maxTeamSize);

    private static Refusal? Promotion(Promotion? promotion) =>
        promotion is null ? Missing("promotion", 14)
        : Id("promotion", promotion.Id, 14)
            ?? (promotion.Kind is PromotionKind.FlashSale or PromotionKind.MassSale ? null
                : Refusal.Bad(14, $"kind is {(byte)promotion.Kind}; 1 (flash sale) and 2 (mass sale) are allowed (R14)"))
            ?? Time("startMs", promotion.StartMs, 14) ?? Time("endMs", promotion.EndMs, 14)
            ?? (promotion.StartMs < promotion.EndMs ? null
                : Refusal.Bad(14, $"endMs is {promotion.EndMs}; it must come after startMs {promotion.StartMs} (R14)"));

    private static Refusal? Day(BigDay? day) =>
        day is null ? Missing("bigDay", 15)
        : Id("bigDay", day.Id, 15)
            ?? (day.Grade is Grade.S or Grade.DoubleS or Grade.TripleS ? null
                : Refusal.Bad(15, $"grade is {(byte)day.Grade}; 1 (S), 2 (2S) and 3 (3S) are allowed (R15)"))
            ?? Time("warmUpMs", day.WarmUpMs, 15) ?? Time("startMs", day.StartMs, 15) ?? Time("endMs", day.EndMs, 15)
            ?? (day.WarmUpMs <= day.StartMs ? null
                : Refusal.Bad(15, $"warmUpMs is {day.WarmUpMs}; it must not come after startMs {day.StartMs} (R15)"))
            ?? (day.StartMs < day.EndMs ? null
                : Refusal.Bad(15, $"endMs is {day.EndMs}; it must come after startMs {day.StartMs} (R15)"));

    private static Refusal? Registered(Activity? activity) =>
        Named(activity)
        ?? (activity!.Kind != ActivityKind.GroupBuy ? null : Refusal.Bad(18,
            "kind is groupBuy; a campaign is published to a chat, not registered (R18)"))
        ?? Time("endMs", activity.EndMs, 18);

    private static Refusal? Named(Activity? activity) =>
        activity is null ? Missing("activity", 18)
        : activity.Kind == ActivityKind.None || !Enum.IsDefined(activity.Kind)
            ? Refusal.Bad(18, $"kind is {(byte)activity.Kind}; 1 … 6 are allowed (R18)")
        : Id("activity", activity.Id, 18);
}
