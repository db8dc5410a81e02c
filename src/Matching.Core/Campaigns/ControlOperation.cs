using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>What a caller asks of the control book. The numbers are journaled: never renumber, only add.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ControlOperation>))]
public enum ControlOperation : byte
{
    /// <summary>No operation; never valid in a command.</summary>
    None = 0,

    /// <summary>The storefront says what kind of merchant this is and which private-traffic tools are on (R13).</summary>
    SetMerchant = 1,

    /// <summary>A merchant puts one item on offer (R10–R13).</summary>
    PublishCampaign = 2,

    /// <summary>New terms for the teams that open from now on (R34).</summary>
    ChangeCampaign = 3,

    /// <summary>Nothing opens any more; open teams run on (R34). The item's cool-down starts (R11).</summary>
    EndCampaign = 4,

    /// <summary>Ends a campaign that runs, and forgets it (R10).</summary>
    DeleteCampaign = 5,

    /// <summary>The storefront says when an item is in a flash sale or mass sale (R14).</summary>
    SetPromotion = 6,

    /// <summary>That sale is off (R14).</summary>
    RemovePromotion = 7,

    /// <summary>The storefront says when a big promotion is, and its grade (R15).</summary>
    SetBigDay = 8,

    /// <summary>That big promotion is off (R15).</summary>
    RemoveBigDay = 9,

    /// <summary>A live campaign goes to a chat group (R18).</summary>
    PublishToChat = 10,

    /// <summary>The storefront registers another live activity of a chat group (R18).</summary>
    RegisterActivity = 11,

    /// <summary>An activity, or a campaign, leaves a chat group and frees its place (R18).</summary>
    WithdrawFromChat = 12,

    /// <summary>The storefront defines a venue's windows (R20).</summary>
    SetVenue = 13,

    /// <summary>There is no such venue any more (R20).</summary>
    RemoveVenue = 14,

    /// <summary>A live campaign applies for a venue (R20).</summary>
    ApplyToVenue = 15,

    /// <summary>It takes its application back (R20).</summary>
    WithdrawFromVenue = 16,

    /// <summary>An item is registered with its merchant, its category said anew, or it is handed over (R45).</summary>
    SetItem = 17,
}
