using Matching.Core.Campaigns;

namespace Matching.Kit.Engine;

/// <summary>
/// Campaign commands on a few items, so that they meet the joins of <see cref="RandomCommands"/>: campaigns are published, change, run out
/// and end, sales and big promotions begin and stop, requests repeat, are used twice, or make no sense. A seed gives the same commands
/// always.
/// </summary>
public sealed class RandomOffers(int seed, int items = 6)
{
    private const long Short = 200_000;
    private const long Long = 100_000_000_000;

    private readonly Random _random = new(seed);
    private readonly List<ControlCommand> _sent = [];

    /// <summary>Of merchants 1 and 2, who must be known first.</summary>
    public static IEnumerable<ControlCommand> Merchants => [Merchant(1, MerchantKind.C2C), Merchant(2, MerchantKind.Brand)];

    /// <summary>The next one, with times counted from <paramref name="now"/>.</summary>
    public ControlCommand Next(long now)
    {
        if (_sent.Count > 0 && _random.Next(8) == 0)
        {
            return _sent[_random.Next(_sent.Count)];
        }

        // Now and then a request's number that another may have had.
        ControlCommand command = Any(now) with { Request = 10 + (_random.Next(20) == 0 ? _random.Next(_sent.Count + 1) : _sent.Count) };
        _sent.Add(command);
        return command;
    }

    private ControlCommand Any(long now)
    {
        long item = RandomCommands.ItemOf(1 + _random.Next(items));
        long campaign = 1 + _random.Next(4);
        long id = 1 + _random.Next(2);
        (long start, long end) =
            (now + _random.Next(3) switch { 0 => 1, 1 => 20, _ => 5_000 }, now + 6_000 + (_random.Next(2) == 0 ? Short : Long));
        PromotionKind kind = _random.Next(2) == 0 ? PromotionKind.FlashSale : PromotionKind.MassSale;
        var grade = (Grade)(1 + _random.Next(3));
        return _random.Next(20) switch
        {
            < 8 =>
                new() { Operation = ControlOperation.PublishCampaign, Merchant = id, Item = item, Category = "toys", Terms = Terms(now) },
            < 9 => new() { Operation = ControlOperation.SetItem, Merchant = id, Item = item, Category = "toys", From = _random.Next(3) },
            < 12 => new() { Operation = ControlOperation.ChangeCampaign, Campaign = campaign, Terms = Terms(now) },
            < 13 => new() { Operation = ControlOperation.EndCampaign, Campaign = campaign },
            < 14 => new() { Operation = ControlOperation.DeleteCampaign, Campaign = campaign },
            < 16 => new() { Operation = ControlOperation.SetPromotion, Item = item, Promotion = new Promotion(id, kind, start, end) },
            < 17 => new() { Operation = ControlOperation.RemovePromotion, Item = item, Promotion = new Promotion(id, kind, start, end) },
            < 18 => new() { Operation = ControlOperation.SetBigDay, BigDay = new BigDay(id, grade, start - _random.Next(2), start, end) },
            < 19 => new() { Operation = ControlOperation.RemoveBigDay, BigDay = new BigDay(id, grade, start, start, end) },
            _ => new()
            {
                Operation = ControlOperation.PublishCampaign,
                Merchant = -1,
                Item = item,
                Category = new string('x', 500),
                Terms = Terms(now)
            },
        };
    }

    private CampaignTerms Terms(long now) => new()
    {
        StartMs = _random.Next(4) == 0 ? now + 5_000 : 0,
        EndMs = now + 6_000 + (_random.Next(3) == 0 ? Short : Long),
        TeamSize = 2 + _random.Next(2),
        GroupPriceFen = _random.Next(2) == 0 ? 500 : 700,
        SoloPriceFen = 1_000 + _random.Next(2),
        LeaderPriceFen = _random.Next(3) == 0 ? 400 : null,
        QuotaSeats = _random.Next(4) == 0 ? 4 : 0,
        PerOrderPieces = _random.Next(6) == 0 ? 1 : 0,
        PerBuyerPieces = _random.Next(4) == 0 ? 2 : 0,
        HoldMs = _random.Next(3) == 0 ? 50_000 : 0,
        Merge = _random.Next(3) > 0,
        Audience = _random.Next(12) switch
        {
            0 => new AudienceRule(AudienceKind.NewBuyersOnly),
            1 => new AudienceRule(AudienceKind.OldCustomersFirst, EarlyMs: 5_000),
            2 => new AudienceRule(AudienceKind.TierAndAbove, MinTier: 2),
            _ => default,
        },
    };

    private static ControlCommand Merchant(long merchant, MerchantKind kind) => new()
    {
        Operation = ControlOperation.SetMerchant,
        Request = merchant,
        Merchant = merchant,
        Facts = new MerchantFacts(kind, kind == MerchantKind.C2C ? PrivateTraffic.Feed : PrivateTraffic.LiveRoom),
    };
}
