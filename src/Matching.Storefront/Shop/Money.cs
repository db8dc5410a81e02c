using System.Globalization;

namespace Matching.Storefront.Shop;

/// <summary>Amounts as people read them.</summary>
public static class Money
{
    /// <summary>¥119 or ¥119.50.</summary>
    public static string Text(long fen) =>
        "¥" + (fen % 100 == 0
            ? (fen / 100).ToString(CultureInfo.InvariantCulture)
            : (fen / 100m).ToString("0.00", CultureInfo.InvariantCulture));
}
