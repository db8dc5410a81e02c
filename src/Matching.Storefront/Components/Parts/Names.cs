using System.Globalization;
using Matching.Core;
using Matching.Storefront.Accounts;

namespace Matching.Storefront.Components.Parts;

/// <summary>How a stranger's name is shown: enough to see that somebody is there, not enough to know who.</summary>
public static class Names
{
    private static readonly TimeSpan FromUtc = TimeSpan.FromHours(8);
    private static readonly long LastOfCalendar = (DateTimeOffset.MaxValue - FromUtc).ToUnixTimeMilliseconds();

    /// <summary>小**, or 用户**01 for somebody the shop knows by number only.</summary>
    public static string Masked(DemoPeople people, long buyer)
    {
        ArgumentNullException.ThrowIfNull(people);
        Caller? known = people.All.Select(person => person.Caller)
            .FirstOrDefault(caller => caller.Role == ShopRoles.Buyer && caller.Id == buyer);
        return known is null
            ? string.Create(CultureInfo.InvariantCulture, $"**{buyer % 100:00}")
            : known.Name[..1] + "**";
    }

    /// <summary>When, for machines; empty beyond the calendar.</summary>
    public static string Utc(long atMs) => atMs > LastOfCalendar ? ""
        : DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>When, by the shop's wall clock (China, UTC+8).</summary>
    public static string Time(long atMs) => atMs > LastOfCalendar ? Words.Time(atMs)
        : DateTimeOffset.FromUnixTimeMilliseconds(atMs).ToOffset(FromUtc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
