using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>What a chat group carries, in the priority of its one card on top (R18). Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActivityKind>))]
public enum ActivityKind : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>Coin check-in.</summary>
    CoinCheckIn = 1,

    /// <summary>Red-packet fountain.</summary>
    RedPacketFountain = 2,

    /// <summary>Flash purchase.</summary>
    FlashPurchase = 3,

    /// <summary>Group buy: a campaign; its id is the campaign's.</summary>
    GroupBuy = 4,

    /// <summary>Early purchase.</summary>
    EarlyPurchase = 5,

    /// <summary>Rewarded tasks.</summary>
    RewardedTasks = 6,
}

/// <summary>One live activity of a chat group (R18).</summary>
/// <param name="Kind">Which.</param>
/// <param name="Id">Of a group buy, the campaign; else the storefront's id, one of its kind in the chat group.</param>
/// <param name="EndMs">It frees its place then, ms since 1970; 0 until it is withdrawn, and for a group buy, which ends with its
/// campaign.</param>
public sealed record Activity(ActivityKind Kind, [property: JsonId] long Id, long EndMs = 0);
