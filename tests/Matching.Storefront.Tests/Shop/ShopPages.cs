using System.Net;
using System.Text.RegularExpressions;

namespace Matching.Storefront.Tests.Shop;

/// <summary>Pages and their forms, as a browser without scripts uses them.</summary>
public static partial class ShopPages
{
    /// <summary>Settings with which people can sign in, in Development.</summary>
    public static IReadOnlyDictionary<string, string?> WithDemo { get; } =
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storefront:DemoSignIn"] = "true" };

    /// <summary>A shop with the demo's people.</summary>
    public static Task<RunningShop> OpenWithDemoAsync(params (string Key, string? Value)[] settings) =>
        RunningShop.StartAsync(
            [.. WithDemo, .. settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))], "Development");

    /// <summary>A browser of one of the demo's people.</summary>
    public static async Task<HttpClient> SignedInAsync(this RunningShop shop, string person, CookieContainer? cookies = null)
    {
        ArgumentNullException.ThrowIfNull(shop);
        HttpClient browser = shop.Browser(cookies);
        string token = TokenOf(await browser.PageAsync("/sign-in"));
        using HttpResponseMessage response = await browser.SubmitAsync("/account/sign-in", token, ("person", person));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    /// <summary>A page's text, its entities decoded.</summary>
    public static async Task<string> PageAsync(this HttpClient browser, string path)
    {
        ArgumentNullException.ThrowIfNull(browser);
        return WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(path, UriKind.Relative)));
    }

    /// <summary>Sends a form.</summary>
    /// <param name="browser">Whose.</param>
    /// <param name="path">Where to.</param>
    /// <param name="token">Its antiforgery token; null for none.</param>
    /// <param name="fields">Its fields.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(
        this HttpClient browser, string path, string? token, params (string Name, string Value)[] fields)
    {
        ArgumentNullException.ThrowIfNull(browser);
        var all = fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);
        if (token is not null)
        {
            all["__RequestVerificationToken"] = token;
        }

        using var content = new FormUrlEncodedContent(all);
        return await browser.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>Sends a form of a page that the browser loads first.</summary>
    public static async Task<HttpResponseMessage> SubmitFromAsync(
        this HttpClient browser, string page, string path, params (string Name, string Value)[] fields) =>
        await browser.SubmitAsync(path, TokenOf(await browser.PageAsync(page)), fields);

    /// <summary>The antiforgery token of a page's forms.</summary>
    public static string TokenOf(string page) => Token().Match(page).Groups["token"].Value;

    /// <summary>What an element says that tests find by its name, tags left out.</summary>
    public static string TextOf(string page, string test)
    {
        Match element = Regex.Match(
            page, $"<(?<tag>[a-z0-9-]+)[^>]* data-test=\"{test}\"[^>]*>(?<text>.*?)</\\k<tag>>",
                RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.True(element.Success, $"the page has no element '{test}'");
        return Tag().Replace(element.Groups["text"].Value, "").Trim();
    }

    /// <summary>What stands in a page between two texts, the first time.</summary>
    public static string Between(this string page, string before, string after)
    {
        ArgumentNullException.ThrowIfNull(page);
        int start = page.IndexOf(before, StringComparison.Ordinal);
        Assert.True(start >= 0, $"the page has no '{before}'");
        start += before.Length;
        return page[start..page.IndexOf(after, start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();
}
