using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>The discounts that R17 tells apart. Journaled nowhere; still: never renumber.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiscountKind>))]
public enum DiscountKind : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>店铺宝, store-wide discount. Not with a team order.</summary>
    StoreWide = 1,

    /// <summary>Shop coupon. Not with a team order.</summary>
    ShopCoupon = 2,

    /// <summary>Shop red packet. Not with a team order.</summary>
    ShopRedPacket = 3,

    /// <summary>Item coupon. Not with a team order.</summary>
    ItemCoupon = 4,

    /// <summary>淘金币, coins.</summary>
    Coins = 5,

    /// <summary>Red packet.</summary>
    RedPacket = 6,

    /// <summary>支付宝红包, payment red packet.</summary>
    PaymentRedPacket = 7,

    /// <summary>Full reduction that a third party pays.</summary>
    ThirdPartyFullReduction = 8,
}

/// <summary>One discount the buyer would use.</summary>
/// <param name="Kind">Which.</param>
/// <param name="OffFen">Taken off, in fen; 0 or more. Not together with <paramref name="OffBasisPoints"/>.</param>
/// <param name="OffBasisPoints">Taken off, in 1/10,000 of the listed price; 0 … 10,000.</param>
/// <param name="FromFen">Only from this listed price on (满减); 0 or more.</param>
public readonly record struct Discount(DiscountKind Kind, long OffFen, int OffBasisPoints = 0, long FromFen = 0);

/// <summary>As what a buyer asks for the price.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuyAs>))]
public enum BuyAs : byte
{
    /// <summary>He joins a team.</summary>
    Member = 0,

    /// <summary>He opens a team.</summary>
    Leader = 1,

    /// <summary>He buys alone (R9).</summary>
    Solo = 2,
}

/// <summary>What one discount comes to.</summary>
/// <param name="Discount">As given.</param>
/// <param name="TakenFen">Taken off, 0 or more.</param>
/// <param name="Rule">17 where the rule keeps it off; else 0.</param>
/// <param name="Reason">Why it counts, or why not; for a person.</param>
public readonly record struct QuoteLine(Discount Discount, long TakenFen, byte Rule, string Reason);

/// <summary>
/// What a buyer would pay (R17). Every discount is reckoned from the listed price, not from what another one left, so their
/// order changes no total. A share in basis points is rounded down to a whole fen: the buyer gets less than a fen too little. What
/// exceeds the price is cut off the last ones, so that the total is never negative.
/// </summary>
/// <param name="PieceFen">Price of one piece: the group, leader or solo price.</param>
/// <param name="Pieces">How many.</param>
/// <param name="ListedFen">Price × pieces.</param>
/// <param name="PaysFen">What is left to pay; 0 or more.</param>
/// <param name="Lines">One for each discount, in the order given.</param>
public sealed record Quote(long PieceFen, int Pieces, long ListedFen, long PaysFen, IReadOnlyList<QuoteLine> Lines)
{
    /// <summary>One line for each discount asked for, in that order.</summary>
    public IReadOnlyList<QuoteLine> Lines { get; init; } = new PrintedList<QuoteLine>(Lines);

    /// <summary>The most pieces of one quote.</summary>
    public const int MaxPieces = 1_000_000;

    /// <summary>Reckons a price.</summary>
    /// <param name="terms">Those of the team to be joined, or of the campaign.</param>
    /// <param name="buyAs">As what he buys.</param>
    /// <param name="pieces">1 … <see cref="MaxPieces"/>.</param>
    /// <param name="discounts">What he would use.</param>
    /// <exception cref="ArgumentException">A number is out of its range; the message names it and its value.</exception>
    public static Quote Of(CampaignTerms terms, BuyAs buyAs, int pieces, ReadOnlySpan<Discount> discounts)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieces, MaxPieces);
        long pieceFen = buyAs switch
        {
            BuyAs.Leader => terms.LeaderPaysFen,
            BuyAs.Solo => terms.SoloPriceFen,
            _ => terms.GroupPriceFen,
        };
        long listedFen = pieceFen * pieces;
        long leftFen = listedFen;
        var lines = new List<QuoteLine>(discounts.Length);
        foreach (Discount discount in discounts)
        {
            Check(discount);
            QuoteLine line = LineOf(discount, buyAs, listedFen, leftFen);
            leftFen -= line.TakenFen;
            lines.Add(line);
        }

        return new Quote(pieceFen, pieces, listedFen, leftFen, lines);
    }

    /// <summary>Whether a discount counts with a team order (R17).</summary>
    public static bool GoesWithTeams(DiscountKind kind) => kind
        is DiscountKind.Coins or DiscountKind.RedPacket or DiscountKind.PaymentRedPacket or DiscountKind.ThirdPartyFullReduction;

    private static QuoteLine LineOf(in Discount discount, BuyAs buyAs, long listedFen, long leftFen)
    {
        if (buyAs != BuyAs.Solo && !GoesWithTeams(discount.Kind))
        {
            return new QuoteLine(discount, 0, 17, $"{Word(discount.Kind)} does not go with a team order (R17)");
        }

        if (listedFen < discount.FromFen)
        {
            return new QuoteLine(discount, 0, 0, $"counts from {discount.FromFen} fen on; the listed price is {listedFen} fen");
        }

        long offFen = discount.OffFen + (long)((Int128)listedFen * discount.OffBasisPoints / 10_000);
        return offFen > leftFen
            ? new QuoteLine(discount, leftFen, 0, $"worth {offFen} fen, of which {leftFen} fen were left to pay")
            : new QuoteLine(
                discount, offFen, 0,
                buyAs == BuyAs.Solo ? "goes with buying alone" : $"{Word(discount.Kind)} goes with a team order (R17)");
    }

    private static void Check(in Discount discount)
    {
        string? wrong = discount.Kind is DiscountKind.None or > DiscountKind.ThirdPartyFullReduction ? $"kind is {(byte)discount.Kind}"
            : discount.OffFen is < 0 or > ControlOptions.MaxPriceFen
                ? $"off is {discount.OffFen} fen; 0 … {ControlOptions.MaxPriceFen} are allowed"
            : discount.OffBasisPoints is < 0 or > 10_000 ? $"off is {discount.OffBasisPoints} basis points; 0 … 10,000 are allowed"
            : discount.OffFen != 0 && discount.OffBasisPoints != 0 ? "off is given in fen and in basis points; one is allowed"
            : discount.FromFen < 0 ? $"from is {discount.FromFen} fen; 0 or more is allowed"
            : null;
        if (wrong is not null)
        {
            throw new ArgumentException($"a discount's {wrong}", nameof(discount));
        }
    }

    private static string Word(DiscountKind kind) => kind switch
    {
        DiscountKind.StoreWide => "the store-wide discount",
        DiscountKind.ShopCoupon => "a shop coupon",
        DiscountKind.ShopRedPacket => "a shop red packet",
        DiscountKind.ItemCoupon => "an item coupon",
        DiscountKind.Coins => "coins",
        DiscountKind.RedPacket => "a red packet",
        DiscountKind.PaymentRedPacket => "a payment red packet",
        _ => "a third party's full reduction",
    };
}
