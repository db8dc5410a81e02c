using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R16: which price counts for which later promotion.</summary>
public sealed class LowestPriceTests
{
    private readonly Shop _shop = new();

    [Theory]
    [InlineData(LowestPriceFor.FlashSale, MerchantKind.C2C, true)]
    [InlineData(LowestPriceFor.MassSale, MerchantKind.C2C, true)]
    [InlineData(LowestPriceFor.DailySpecial, MerchantKind.C2C, true)]
    [InlineData(LowestPriceFor.ThirtyDays, MerchantKind.C2C, false)]
    [InlineData(LowestPriceFor.BigPromotion, MerchantKind.C2C, false)]
    [InlineData(LowestPriceFor.FlashSale, MerchantKind.Brand, true)]
    [InlineData(LowestPriceFor.ThirtyDays, MerchantKind.Brand, true)]
    [InlineData(LowestPriceFor.BigPromotion, MerchantKind.Brand, true)]
    public void R16_The_group_price_counts_by_the_kind_of_merchant_and_of_promotion(LowestPriceFor asked, MerchantKind kind, bool counts)
    {
        _shop.Published(1, 100, kind);
        LowestPrice lowest = _shop.Book.LowestPriceOf(100, asked, _shop.Now + Shop.DayMs);
        Assert.Equal(counts ? 8_000 : 10_000, lowest.Fen);
        Assert.Equal([true, counts], lowest.Lines.Select(line => line.Counts));
        Assert.Contains("(R16)", lowest.Lines[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LowestPriceFor.FlashSale, MerchantKind.C2C, 6_000)]
    [InlineData(LowestPriceFor.ThirtyDays, MerchantKind.C2C, 10_000)]
    [InlineData(LowestPriceFor.ThirtyDays, MerchantKind.Brand, 6_000)]
    public void R16_The_leaders_price_counts_as_the_groups_does_also_after_a_restart(LowestPriceFor asked, MerchantKind kind, long lowest)
    {
        _shop.Merchant(1, kind);
        _shop.Publish(1, 100, _shop.TermsForDays(7) with { LeaderPriceFen = 6_000 });
        long toMs = _shop.Now + Shop.DayMs;
        Assert.Equal(lowest, _shop.Book.LowestPriceOf(100, asked, toMs).Fen);
        var loaded = new ControlBook(new ControlOptions());
        _shop.Book.Save((_, bytes) => loaded.Load(bytes));
        var replayed = new ControlBook(new ControlOptions());
        foreach (ControlEvent e in _shop.Book.Events)
        {
            ControlCodec.Read(ControlCodec.Encode(e), out ControlEvent read);
            replayed.Apply(read);
        }

        Assert.All([loaded, replayed],
            book => Assert.Equal((lowest, _shop.Book.StateHash()), (book.LowestPriceOf(100, asked, toMs).Fen!.Value, book.StateHash())));
    }

    [Fact]
    public void R16_A_price_counts_while_it_was_on_offer_within_15_days_of_the_promotion()
    {
        long campaign = _shop.Published(1, 100);
        long startMs = _shop.Now;
        _shop.Now += Shop.DayMs;
        _shop.Change(campaign, _shop.TermsForDays(6) with { GroupPriceFen = 9_000 });
        long changedMs = _shop.Now;
        _shop.Now += Shop.DayMs;
        _shop.End(campaign);

        long For(long toMs) => _shop.Book.LowestPriceOf(100, LowestPriceFor.FlashSale, toMs).Fen ?? -1;
        Assert.Equal(-1, For(startMs));
        Assert.Equal(8_000, For(startMs + 1));
        Assert.Equal(8_000, For(changedMs + (15 * Shop.DayMs) - 1));
        Assert.Equal(9_000, For(changedMs + (15 * Shop.DayMs)));
        Assert.Equal(9_000, For(_shop.Now + (15 * Shop.DayMs) - 1));
        Assert.Equal(-1, For(_shop.Now + (15 * Shop.DayMs)));
        Assert.Equal(8_000, _shop.Book.LowestPriceOf(100, LowestPriceFor.FlashSale, _shop.Now + (15 * Shop.DayMs), 17 * Shop.DayMs).Fen);
    }

    [Fact]
    public void R16_A_price_that_was_never_on_offer_leaves_no_trace()
    {
        _shop.Merchant(1);
        long campaign = _shop.Publish(1, 100, _shop.TermsForDays(7) with { StartMs = _shop.Now + 10, GroupPriceFen = 1 }).Campaign;
        _shop.Delete(campaign);
        LowestPrice lowest = _shop.Book.LowestPriceOf(100, LowestPriceFor.FlashSale, _shop.Now + Shop.DayMs);
        Assert.Null(lowest.Fen);
        Assert.Empty(lowest.Lines);
    }

    [Fact]
    public void R16_Prices_are_kept_for_90_days()
    {
        _shop.End(_shop.Published(1, 100));
        long endMs = _shop.Now;
        _shop.Now = endMs + (90 * Shop.DayMs);
        _shop.Publish(1, 100);
        Assert.Equal(2, _shop.Book.LowestPriceOf(100, LowestPriceFor.FlashSale, _shop.Now + 1, 100 * Shop.DayMs).Lines.Count);
    }
}
