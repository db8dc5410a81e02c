namespace Matching.Core;

/// <summary>Prices of teams, in fen, both ends included; a team without a price has 0.</summary>
internal readonly record struct PriceRange(long Least, long Most)
{
    /// <summary>Every price.</summary>
    public static PriceRange Any => new(0, long.MaxValue);

    /// <summary>True where no team needs to be looked at for its price.</summary>
    public bool IsAny => Most == long.MaxValue;

    /// <summary>One price (R4).</summary>
    public static PriceRange Exactly(long price) => new(price, price);

    /// <summary>This price and lower ones, and none (R46).</summary>
    public static PriceRange UpTo(long price) => new(0, price);

    /// <summary>Whether a team's price is one of these.</summary>
    public bool Holds(long price) => price >= Least && price <= Most;
}
