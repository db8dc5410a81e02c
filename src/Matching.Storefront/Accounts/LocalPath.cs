using System.Text;

namespace Matching.Storefront.Accounts;

/// <summary>Where a form sends the browser next.</summary>
internal static class LocalPath
{
    /// <summary>
    /// A path of this shop, or the other one: never somebody else's address. What a header cannot carry is percent-encoded.
    /// </summary>
    public static string Of(string? back, string otherwise) =>
        back is ['/', ..] && !back.StartsWith("//", StringComparison.Ordinal) && !back.StartsWith("/\\", StringComparison.Ordinal)
        && !back.Any(char.IsControl)
            ? Encoded(back)
            : otherwise;

    private static string Encoded(string path)
    {
        var encoded = new StringBuilder(path.Length);
        foreach (Rune letter in path.EnumerateRunes())
        {
            // All else, '%' too, stands as it came: an address that was encoded already must not be so twice.
            encoded.Append(letter.Value is > ' ' and < 0x7F ? letter.ToString() : Uri.EscapeDataString(letter.ToString()));
        }

        return encoded.ToString();
    }
}
