namespace Matching.Storefront.Accounts;

/// <summary>Where a form sends the browser next.</summary>
internal static class LocalPath
{
    /// <summary>A path of this shop, or the other one: never somebody else's address.</summary>
    public static string Of(string? back, string otherwise) =>
        back is ['/', ..] && !back.StartsWith("//", StringComparison.Ordinal) && !back.StartsWith("/\\", StringComparison.Ordinal)
        && !back.Any(char.IsControl)
            ? back
            : otherwise;
}
