using System.Collections.Frozen;

namespace Matching.Core.Campaigns;

/// <summary>
/// The categories that R12 closes to group buying. A category is a word of the storefront's; these are the words for the
/// closed ones. Where R12 says "some" (local services, farm supplies) the storefront gives the word only to those meant.
/// </summary>
public static class Categories
{
    /// <summary>The default list; an option may replace it.</summary>
    public static FrozenSet<string> ClosedByDefault { get; } = new[]
    {
        "virtualGoods",
        "secondHand", // 二手
        "idleGoods", // 闲置
        "insurance",
        "usedCars",
        "localServices",
        "judicialAuctions",
        "vouchers",
        "attractionTickets",
        "flightTickets",
        "prescriptionDrugs",
        "beautyProgramme", // 丽人购
        "freshGroceryChains", // 盒马, 天猫社区生鲜
        "storePickUp", // O2O
        "b2bPharmacy",
        "topUps", // 生活娱乐充值
        "farmSupplies", // 农资
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
