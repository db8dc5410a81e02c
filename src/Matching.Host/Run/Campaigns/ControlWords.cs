using Matching.Core.Campaigns;

namespace Matching.Host.Run.Campaigns;

/// <summary>The words of lines about campaigns.</summary>
internal static class ControlWords
{
    public static IReadOnlyDictionary<string, MerchantKind> MerchantKinds { get; } =
        new Dictionary<string, MerchantKind>(StringComparer.Ordinal) { ["c2c"] = MerchantKind.C2C, ["brand"] = MerchantKind.Brand };

    public static IReadOnlyDictionary<string, PrivateTraffic> Tools { get; } =
        new Dictionary<string, PrivateTraffic>(StringComparer.Ordinal)
        {
            ["feed"] = PrivateTraffic.Feed,
            ["liveRoom"] = PrivateTraffic.LiveRoom,
            ["chatGroup"] = PrivateTraffic.ChatGroup,
        };

    public static IReadOnlyDictionary<string, AudienceKind> Audiences { get; } =
        new Dictionary<string, AudienceKind>(StringComparer.Ordinal)
        {
            ["all"] = AudienceKind.All,
            ["newBuyersOnly"] = AudienceKind.NewBuyersOnly,
            ["oldCustomersFirst"] = AudienceKind.OldCustomersFirst,
            ["tierAndAbove"] = AudienceKind.TierAndAbove,
        };

    public static IReadOnlyDictionary<string, PromotionKind> Promotions { get; } =
        new Dictionary<string, PromotionKind>(StringComparer.Ordinal)
        {
            ["flashSale"] = PromotionKind.FlashSale,
            ["massSale"] = PromotionKind.MassSale,
        };

    public static IReadOnlyDictionary<string, Grade> Grades { get; } = new Dictionary<string, Grade>(StringComparer.Ordinal)
    {
        ["S"] = Grade.S,
        ["2S"] = Grade.DoubleS,
        ["3S"] = Grade.TripleS,
    };

    public static IReadOnlyDictionary<string, ActivityKind> Activities { get; } =
        new Dictionary<string, ActivityKind>(StringComparer.Ordinal)
        {
            ["coinCheckIn"] = ActivityKind.CoinCheckIn,
            ["redPacketFountain"] = ActivityKind.RedPacketFountain,
            ["flashPurchase"] = ActivityKind.FlashPurchase,
            ["groupBuy"] = ActivityKind.GroupBuy,
            ["earlyPurchase"] = ActivityKind.EarlyPurchase,
            ["rewardedTasks"] = ActivityKind.RewardedTasks,
        };

    public static IReadOnlyDictionary<string, DayOfWeek> Days { get; } =
        Enum.GetValues<DayOfWeek>().ToDictionary(day => NameOf(day), StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, BuyAs> BuyAs { get; } = new Dictionary<string, BuyAs>(StringComparer.Ordinal)
    {
        ["member"] = Core.Campaigns.BuyAs.Member,
        ["leader"] = Core.Campaigns.BuyAs.Leader,
        ["solo"] = Core.Campaigns.BuyAs.Solo,
    };

    public static IReadOnlyDictionary<string, DiscountKind> Discounts { get; } =
        new Dictionary<string, DiscountKind>(StringComparer.Ordinal)
        {
            ["storeWide"] = DiscountKind.StoreWide,
            ["shopCoupon"] = DiscountKind.ShopCoupon,
            ["shopRedPacket"] = DiscountKind.ShopRedPacket,
            ["itemCoupon"] = DiscountKind.ItemCoupon,
            ["coins"] = DiscountKind.Coins,
            ["redPacket"] = DiscountKind.RedPacket,
            ["paymentRedPacket"] = DiscountKind.PaymentRedPacket,
            ["thirdPartyFullReduction"] = DiscountKind.ThirdPartyFullReduction,
        };

    public static IReadOnlyDictionary<string, LowestPriceFor> LowestFor { get; } =
        new Dictionary<string, LowestPriceFor>(StringComparer.Ordinal)
        {
            ["flashSale"] = LowestPriceFor.FlashSale,
            ["massSale"] = LowestPriceFor.MassSale,
            ["dailySpecial"] = LowestPriceFor.DailySpecial,
            ["thirtyDays"] = LowestPriceFor.ThirtyDays,
            ["bigPromotion"] = LowestPriceFor.BigPromotion,
        };

    /// <summary>The word of a value: its name with a small first letter.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The word of a value that has one in a table.</summary>
    public static string WordOf<T>(IReadOnlyDictionary<string, T> words, T value)
        where T : struct =>
        words.FirstOrDefault(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Key ?? "";
}
