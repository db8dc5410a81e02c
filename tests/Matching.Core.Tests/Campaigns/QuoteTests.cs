using FsCheck.Xunit;
using Matching.Core.Campaigns;
using Matching.Core.Tests.Structures;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R17: which discounts go with a team order.</summary>
public sealed class QuoteTests
{
    private static readonly CampaignTerms s_terms = new() { GroupPriceFen = 8_000, LeaderPriceFen = 7_500, SoloPriceFen = 10_000 };

    [Theory]
    [InlineData(DiscountKind.StoreWide, false)]
    [InlineData(DiscountKind.ShopCoupon, false)]
    [InlineData(DiscountKind.ShopRedPacket, false)]
    [InlineData(DiscountKind.ItemCoupon, false)]
    [InlineData(DiscountKind.Coins, true)]
    [InlineData(DiscountKind.RedPacket, true)]
    [InlineData(DiscountKind.PaymentRedPacket, true)]
    [InlineData(DiscountKind.ThirdPartyFullReduction, true)]
    public void R17_Each_discount_counts_or_not_and_says_why(DiscountKind kind, bool counts)
    {
        Quote quote = Quote.Of(s_terms, BuyAs.Member, 1, [new Discount(kind, 300)]);
        QuoteLine line = Assert.Single(quote.Lines);
        Assert.Equal(counts ? 300 : 0, line.TakenFen);
        Assert.Equal(counts ? 7_700 : 8_000, quote.PaysFen);
        Assert.Equal(counts ? 0 : 17, line.Rule);
        Assert.Contains("(R17)", line.Reason, StringComparison.Ordinal);
        Assert.Equal(9_700, Quote.Of(s_terms, BuyAs.Solo, 1, [new Discount(kind, 300)]).PaysFen);
    }

    [Fact]
    public void Five_discounts_are_reckoned_from_the_listed_price()
    {
        Quote quote = Quote.Of(s_terms, BuyAs.Leader, 2,
        [
            new Discount(DiscountKind.StoreWide, 0, 1_000),
            new Discount(DiscountKind.Coins, 0, 333),
            new Discount(DiscountKind.PaymentRedPacket, 200),
            new Discount(DiscountKind.ThirdPartyFullReduction, 1_000, FromFen: 15_000),
            new Discount(DiscountKind.ThirdPartyFullReduction, 2_000, FromFen: 15_001),
        ]);
        Assert.Equal((7_500L, 15_000L), (quote.PieceFen, quote.ListedFen));
        Assert.Equal([0L, 499, 200, 1_000, 0], quote.Lines.Select(line => line.TakenFen));
        Assert.Equal(13_301, quote.PaysFen);
        Assert.Equal("counts from 15001 fen on; the listed price is 15000 fen", quote.Lines[4].Reason);
    }

    [Fact]
    public void A_quote_is_never_negative()
    {
        Discount[] discounts = [new(DiscountKind.RedPacket, 7_999), new(DiscountKind.Coins, 2)];
        Quote quote = Quote.Of(s_terms, BuyAs.Member, 1, discounts);
        Assert.Equal(0, quote.PaysFen);
        Assert.Equal([7_999L, 1], quote.Lines.Select(line => line.TakenFen));
    }

    [Fact]
    public void The_dearest_order_that_terms_allow_does_not_overflow()
    {
        CampaignTerms dear = new() { GroupPriceFen = ControlOptions.MaxPriceFen, SoloPriceFen = ControlOptions.MaxPriceFen };
        Quote quote = Quote.Of(dear, BuyAs.Member, Quote.MaxPieces, [new Discount(DiscountKind.Coins, 0, 5_000)]);
        Assert.Equal(quote.ListedFen / 2, quote.PaysFen);
    }

    [Fact]
    public void A_number_out_of_its_range_is_named()
    {
        Discount[] wrong =
        [
            new(DiscountKind.None, 1), new(DiscountKind.Coins, -1), new(DiscountKind.Coins, 0, 10_001),
            new(DiscountKind.Coins, 1, 1), new(DiscountKind.Coins, 1, 0, -1),
        ];
        Assert.All(wrong, discount => Assert.Throws<ArgumentException>(() => Quote.Of(s_terms, BuyAs.Member, 1, [discount])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quote.Of(s_terms, BuyAs.Member, 0, []));
    }

    [Property(MaxTest = 400, Arbitrary = [typeof(Numbers)])]
    public void R17_For_any_discounts_the_total_is_listed_minus_what_counts_and_no_order_of_them_changes_it(Program<int> program)
    {
        Dice dice = new(program.Steps.FirstOrDefault(1));
        Discount[] discounts = [.. program.Steps.Take(12).Select(Any)];
        BuyAs buyAs = dice.Pick(BuyAs.Member, BuyAs.Leader, BuyAs.Solo);
        int pieces = dice.Below(3) + 1;
        Quote quote = Quote.Of(s_terms, buyAs, pieces, discounts);

        long listedFen = pieces * (buyAs == BuyAs.Solo ? 10_000 : buyAs == BuyAs.Leader ? 7_500 : 8_000);
        long worthFen = discounts
            .Where(discount => buyAs == BuyAs.Solo || (int)discount.Kind >= 5)
            .Where(discount => discount.FromFen <= listedFen)
            .Sum(discount =>
                discount.OffBasisPoints != 0 ? (long)Math.Floor(listedFen * (discount.OffBasisPoints / 10_000m)) : discount.OffFen);
        Assert.Equal(Math.Max(0, listedFen - worthFen), quote.PaysFen);
        Assert.Equal(quote.ListedFen - quote.PaysFen, quote.Lines.Sum(line => line.TakenFen));
        Assert.All(quote.Lines, line => Assert.True(line.TakenFen >= 0 && line.Reason.Length > 0));
        Assert.Equal(quote.PaysFen, Quote.Of(s_terms, buyAs, pieces, discounts.Reverse().ToArray()).PaysFen);
    }

    private static Discount Any(int seed)
    {
        Dice dice = new(seed);
        DiscountKind kind = (DiscountKind)(dice.Below(8) + 1);
        long fromFen = dice.Chance(3) ? dice.Below(30_000) : 0;
        return dice.Chance(2) ? new Discount(kind, dice.Below(4_000), 0, fromFen) : new Discount(kind, 0, dice.Below(10_001), fromFen);
    }
}
