using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>What a lowest price is asked for (R16).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LowestPriceFor>))]
public enum LowestPriceFor : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>Flash sale: the lowest price of 15 days.</summary>
    FlashSale = 1,

    /// <summary>Mass sale: the lowest price of 15 days.</summary>
    MassSale = 2,

    /// <summary>Daily special (天天特价): the lowest price of 15 days.</summary>
    DailySpecial = 3,

    /// <summary>The 30-day lowest price.</summary>
    ThirtyDays = 4,

    /// <summary>A big promotion's lowest price, reckoned over 30 days unless the promotion says otherwise.</summary>
    BigPromotion = 5,
}

/// <summary>Which price it was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PriceKind>))]
public enum PriceKind : byte
{
    /// <summary>Of a piece bought alone: it counts for everything.</summary>
    Solo = 0,

    /// <summary>Of a piece in a team: R16 says for what it counts.</summary>
    Group = 1,

    /// <summary>Of the leader's piece, where it is below the group price: it counts as that does.</summary>
    Leader = 2,
}

/// <summary>A price an item was offered at during [from, to).</summary>
/// <param name="Campaign">Under which campaign.</param>
/// <param name="Kind">Whose price.</param>
/// <param name="FromMs">Ms since 1970.</param>
/// <param name="ToMs">Ms since 1970; of a running campaign, its window's end.</param>
/// <param name="PriceFen">Fen, for one piece.</param>
public readonly record struct PricePeriod(long Campaign, PriceKind Kind, long FromMs, long ToMs, long PriceFen);

/// <summary>One price in the reckoning.</summary>
/// <param name="Period">The price.</param>
/// <param name="Counts">Whether it counts.</param>
/// <param name="Reason">Why, or why not; for a person.</param>
public readonly record struct LowestPriceLine(PricePeriod Period, bool Counts, string Reason);

/// <summary>
/// The lowest price of an item that a later promotion must keep to (R16): the lowest of the prices that count for it and were on
/// offer at some instant of its window.
/// </summary>
/// <param name="For">What it is asked for.</param>
/// <param name="FromMs">The window [from, to), ms since 1970.</param>
/// <param name="ToMs">Its end.</param>
/// <param name="Fen">The lowest price that counts; null where none does.</param>
/// <param name="Lines">Every price of the window, oldest first, with the reason.</param>
public sealed record LowestPrice(LowestPriceFor For, long FromMs, long ToMs, long? Fen, IReadOnlyList<LowestPriceLine> Lines)
{
    /// <summary>The prices of the window, by their start, and whether each counts.</summary>
    public IReadOnlyList<LowestPriceLine> Lines { get; init; } = new PrintedList<LowestPriceLine>(Lines);

    private const long DayMs = 86_400_000;

    /// <summary>Length of the window where the asker names none, in ms: 15 or 30 days.</summary>
    public static long WindowMsOf(LowestPriceFor asked) =>
        asked is LowestPriceFor.ThirtyDays or LowestPriceFor.BigPromotion ? 30 * DayMs : 15 * DayMs;

    /// <summary>Whether a price counts (R16).</summary>
    public static bool Counts(LowestPriceFor asked, PriceKind price, MerchantKind merchant) =>
        price == PriceKind.Solo
        || merchant != MerchantKind.C2C
        || asked is not (LowestPriceFor.ThirtyDays or LowestPriceFor.BigPromotion);

    /// <summary>Reckons it.</summary>
    /// <param name="asked">What it is asked for.</param>
    /// <param name="merchant">C2C merchant or brand store; an unknown one is reckoned as a brand store, for whom everything counts.</param>
    /// <param name="periods">Prices of the item, in any order.</param>
    /// <param name="toMs">The later promotion's start: the window's end, ms since 1970.</param>
    /// <param name="windowMs">Length of the window; 0 for <see cref="WindowMsOf"/>.</param>
    public static LowestPrice Of(
        LowestPriceFor asked, MerchantKind merchant, IEnumerable<PricePeriod> periods, long toMs, long windowMs = 0)
    {
        ArgumentNullException.ThrowIfNull(periods);
        ArgumentOutOfRangeException.ThrowIfNegative(windowMs);
        long fromMs = toMs - (windowMs == 0 ? WindowMsOf(asked) : windowMs);
        List<LowestPriceLine> lines =
        [
            .. periods.Where(period => period.FromMs < toMs && period.ToMs > fromMs)
                .OrderBy(period => period.FromMs).ThenBy(period => period.Kind)
                .Select(period => LineOf(asked, merchant, period)),
        ];
        long? lowest = lines.Where(line => line.Counts).Select(line => (long?)line.Period.PriceFen).Min();
        return new LowestPrice(asked, fromMs, toMs, lowest, lines);
    }

    private static LowestPriceLine LineOf(LowestPriceFor asked, MerchantKind merchant, PricePeriod period)
    {
        string price = period.Kind == PriceKind.Leader ? "leader's price" : "group price";
        return Counts(asked, period.Kind, merchant)
            ? new(period, true, period.Kind == PriceKind.Solo ? "the normal price counts" : $"the {price} counts (R16)")
            : new(period, false, $"a C2C merchant's {price} is left out of the 30-day and the big promotions' lowest price (R16)");
    }
}
