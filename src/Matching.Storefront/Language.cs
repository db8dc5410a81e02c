using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Net.Http.Headers;

namespace Matching.Storefront;

/// <summary>
/// The language of the request, one of <see cref="StorefrontApp.Languages"/>. By the culture's name: without ICU it knows no other.
/// </summary>
internal static class Language
{
    public const string Chinese = "zh";

    public static string Now => IsChinese ? Chinese : "en";

    /// <summary>
    /// The language a browser would like best, by the first part of its tags: en-US is English. Null where it names none of ours.
    /// </summary>
    public static Task<ProviderCultureResult?> AskedAsync(HttpContext http)
    {
        string? best = http.Request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(wish => wish, StringWithQualityHeaderValueComparer.QualityComparer)
            .Where(wish => wish.Quality != 0)
            .Select(wish => wish.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(StorefrontApp.Languages.Contains);
        return Task.FromResult(best is null ? null : new ProviderCultureResult("", best));
    }

    public static bool IsChinese => CultureInfo.CurrentUICulture.Name.StartsWith(Chinese, StringComparison.OrdinalIgnoreCase);
}
