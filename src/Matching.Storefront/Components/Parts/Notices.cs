using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Matching.Core;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.DataProtection;

namespace Matching.Storefront.Components.Parts;

/// <summary>What came of an action, for the page shown next.</summary>
/// <param name="Ok">Good news.</param>
/// <param name="Word">Key of the words: OkJoined, NoFull, DenialNotYourItem …</param>
/// <param name="Rule">The rule's number a refusal rests on; 0 for none.</param>
/// <param name="Item">The item.</param>
/// <param name="Suggest">Another open team to join instead (R39); 0 for none.</param>
/// <param name="RetryAt">When time lifts the refusal, in ms since 1970; 0 where it does not.</param>
/// <param name="Reason">The refusal in the engine's own words, for who works here; empty for a buyer.</param>
public sealed partial record ShopNotice(
    bool Ok, string Word, byte Rule = 0, long Item = 0, long Suggest = 0, long RetryAt = 0, string Reason = "")
{
    /// <summary>What came of a wish about campaigns.</summary>
    public static ShopNotice Of(in CampaignReply reply) => reply.Denial != Denial.None
        ? new ShopNotice(false, "Denial" + reply.Denial)
        : new ShopNotice(
            reply.Ok, reply.Ok ? "OkControl" + reply.Answer.Outcome : "Refused", reply.Answer.Rule, RetryAt: reply.Answer.RetryAt,
            Reason: Readable(reply.Answer.Reason));

    /// <summary>A reason with its times as people read them, instead of ms since 1970.</summary>
    internal static string Readable(string reason) =>
        Ms().Replace(reason, ms => Names.Time(long.Parse(ms.Value, CultureInfo.InvariantCulture)) + " UTC+8");

    [GeneratedRegex("\\b[0-9]{13}\\b", RegexOptions.None, 1000)]
    private static partial Regex Ms();

    public static ShopNotice Of(in Reply reply)
    {
        if (reply.Denial != Denial.None)
        {
            return new ShopNotice(false, "Denial" + reply.Denial, reply.Denial == Denial.ClosedCategory ? (byte)12 : (byte)0);
        }

        Answer answer = reply.Answer;
        string word = answer.Holding != 0 ? "NoAlreadyHolding" : (answer.Ok ? "Ok" : "No") + answer.Outcome;
        return new ShopNotice(answer.Ok, word, answer.Rule, answer.Item, answer.Suggest);
    }
}

/// <summary>Carries a notice over a redirect in a protected cookie, shown once.</summary>
public sealed class Notices(IDataProtectionProvider protection)
{
    private const string Cookie = "notice";

    private readonly IDataProtector _protector = protection.CreateProtector("Matching.Storefront.Notices");

    public void Leave(HttpContext http, ShopNotice notice)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(notice);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(notice.Ok ? 1 : 0)}|{notice.Word}|{notice.Rule}|{notice.Item}|{notice.Suggest}|{notice.RetryAt}|{notice.Reason}");
        http.Response.Cookies.Append(Cookie, _protector.Protect(text), Options);
    }

    /// <summary>Null when nothing was left.</summary>
    public ShopNotice? Take(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!http.Request.Cookies.TryGetValue(Cookie, out string? text))
        {
            return null;
        }

        if (!http.Response.HasStarted)
        {
            http.Response.Cookies.Delete(Cookie, Options);
        }

        try
        {
            string[] parts = _protector.Unprotect(text).Split('|', 7);
            CultureInfo plain = CultureInfo.InvariantCulture;
            return new ShopNotice(
                parts[0] == "1", parts[1], byte.Parse(parts[2], plain), long.Parse(parts[3], plain), long.Parse(parts[4], plain),
                    long.Parse(parts[5], plain), parts[6]);
        }
        catch (CryptographicException)
        {
            // Not ours, or of keys that are gone: there is nothing to say.
            return null;
        }
    }

    private static CookieOptions Options => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        MaxAge = TimeSpan.FromSeconds(30),
        IsEssential = true,
    };
}
