using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>What R15 and R16 tell merchants apart by. Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MerchantKind>))]
public enum MerchantKind : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    /// <summary>A merchant of the C2C market (集市).</summary>
    C2C = 1,

    /// <summary>A brand store (天猫).</summary>
    Brand = 2,
}

/// <summary>The private-traffic tools of a merchant (R13). Journaled: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PrivateTraffic>))]
[Flags]
public enum PrivateTraffic : byte
{
    /// <summary>None is switched on.</summary>
    None = 0,

    /// <summary>The merchant's feed.</summary>
    Feed = 1,

    /// <summary>A live room.</summary>
    LiveRoom = 2,

    /// <summary>A chat group.</summary>
    ChatGroup = 4,
}

/// <summary>What the storefront knows of a merchant.</summary>
/// <param name="Kind">C2C or brand store.</param>
/// <param name="Tools">Switched on now; any one of them allows publishing (R13). Switching off touches no published campaign.</param>
public sealed record MerchantFacts(MerchantKind Kind, PrivateTraffic Tools);
