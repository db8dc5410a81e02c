using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>The sales that take precedence over an item's campaign (R14). Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromotionKind>))]
public enum PromotionKind : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>淘抢购.</summary>
    FlashSale = 1,

    /// <summary>聚划算.</summary>
    MassSale = 2,
}

/// <summary>A sale an item is in during [start, end) (R14).</summary>
/// <param name="Id">The storefront's id of it; one of an item's sales.</param>
/// <param name="Kind">Which.</param>
/// <param name="StartMs">Ms since 1970.</param>
/// <param name="EndMs">Ms since 1970.</param>
public sealed record Promotion([property: JsonId] long Id, PromotionKind Kind, long StartMs, long EndMs)
{
    /// <summary>Whether it rules at an instant.</summary>
    public bool RulesAt(long atMs) => StartMs <= atMs && atMs < EndMs;
}

/// <summary>How big a promotion is (R15). Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Grade>))]
public enum Grade : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>S: no campaign gives way.</summary>
    S = 1,

    /// <summary>2S: brand stores' campaigns give way.</summary>
    DoubleS = 2,

    /// <summary>3S: every campaign gives way.</summary>
    TripleS = 3,
}

/// <summary>A big promotion: it warms up in [warm-up, start) and rules in [start, end) (R15).</summary>
/// <param name="Id">The storefront's id of it.</param>
/// <param name="Grade">How big.</param>
/// <param name="WarmUpMs">Ms since 1970; equal to the start where nothing warms up.</param>
/// <param name="StartMs">Ms since 1970.</param>
/// <param name="EndMs">Ms since 1970.</param>
public sealed record BigDay([property: JsonId] long Id, Grade Grade, long WarmUpMs, long StartMs, long EndMs)
{
    /// <summary>Whether campaigns of a kind of merchant give way to it on its days.</summary>
    public bool Concerns(MerchantKind kind) => kind switch
    {
        MerchantKind.C2C => Grade >= Grade.TripleS,
        MerchantKind.Brand => Grade >= Grade.DoubleS,
        _ => false,
    };
}
