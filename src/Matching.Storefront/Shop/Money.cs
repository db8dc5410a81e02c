using System.Globalization;

namespace Matching.Storefront.Shop;

/// <summary>Amounts as people read them.</summary>
public static class Money
{
    /// <summary>¥119 or ¥119.50, however much it is.</summary>
    public static string Text(Int128 fen)
    {
        (Int128 yuan, Int128 rest) = Int128.DivRem(Int128.Abs(fen), 100);
        string sign = fen < 0 ? "-" : "";
        return rest == 0
            ? string.Create(CultureInfo.InvariantCulture, $"¥{sign}{yuan}")
            : string.Create(CultureInfo.InvariantCulture, $"¥{sign}{yuan}.{rest:00}");
    }
}
