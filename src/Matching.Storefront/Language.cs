using System.Globalization;

namespace Matching.Storefront;

/// <summary>
/// The language of the request, one of <see cref="StorefrontApp.Languages"/>. By the culture's name: without ICU it knows no other.
/// </summary>
internal static class Language
{
    public const string Chinese = "zh";

    public static string Now => IsChinese ? Chinese : "en";

    public static bool IsChinese => CultureInfo.CurrentUICulture.Name.StartsWith(Chinese, StringComparison.OrdinalIgnoreCase);
}
