using FsCheck;
using FsCheck.Fluent;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>
/// What merchants and the storefront do meanwhile: campaigns that are published, change and end, sales and big promotions that
/// begin and stop, all within the few ms in which the orders of a script live. Times are counted from the step's own.
/// </summary>
internal static class Offers
{
    /// <summary>Campaigns asked about: those with the first ids.</summary>
    public const int Campaigns = 5;

    /// <summary>Merchants are 1 and 2: one of each kind.</summary>
    public const int Merchants = 2;

    /// <summary>Limits small enough to be met in a short script (R10, R11).</summary>
    public static ControlOptions Limits { get; } = new() { MaxLivePerMerchant = 2, CoolDownMs = 40, MaxTeamSize = 5, HoldMs = 25 };

    /// <summary>Both merchants may publish, and the first item is on offer: how most scripts with campaigns begin.</summary>
    public static readonly Gen<ControlCommand[]> Beginning =
        from terms in Terms()
        from merchant in Gen.Choose(1, Merchants)
        select (ControlCommand[])
        [
            SetMerchant(1, MerchantKind.C2C, 1),
            SetMerchant(2, MerchantKind.Brand, 2),
            Publish(merchant, Scripts.Items[0], terms) with { Request = 3 },
        ];

    /// <summary>As <see cref="Beginning"/>, for teams of three and with a quota of one to three of them.</summary>
    public static readonly Gen<ControlCommand[]> WithQuota =
        from beginning in Beginning
        from quota in Gen.Elements(3, 4, 6, 9)
        select (ControlCommand[])
        [
            .. beginning.SkipLast(1),
            beginning[^1] with { Terms = beginning[^1].Terms! with { StartMs = 0, TeamSize = 3, QuotaSeats = quota, Audience = default } },
        ];

    /// <summary>New terms of a campaign, mostly of the first.</summary>
    public static readonly Gen<ControlCommand> Change =
        from campaign in ACampaign()
        from terms in Terms()
        select new ControlCommand { Operation = ControlOperation.ChangeCampaign, Campaign = campaign, Terms = terms };

    /// <summary>The campaign of a beginning goes on for another audience, or at another price, and is otherwise as it was.</summary>
    public static Gen<ControlCommand> ChangeOfOne(ControlCommand[] beginning) =>
        from audience in Gen.Frequency((1, Gen.Constant(default(AudienceRule))), (2, Narrow))
        from price in Gen.Elements(400L, 400L, 500L, 900L)
        from which in Gen.Elements(true, false)
        let terms = beginning[^1].Terms!
        select new ControlCommand
        {
            Operation = ControlOperation.ChangeCampaign,
            Request = 4,
            Campaign = 1,
            Terms = which ? terms with { Audience = audience } : terms with { GroupPriceFen = price },
        };

    /// <summary>Any command of theirs.</summary>
    public static readonly Gen<ControlCommand> Any =
        from request in Gen.Choose(4, 60)
        from command in Gen.Frequency(
            (5, from merchant in Gen.Choose(1, Merchants)
                from item in Gen.Elements(Scripts.Items)
                from terms in Terms()
                select Publish(merchant, item, terms)),
            (5, Change),
            (4, from item in Gen.Frequency((3, Gen.Constant(Scripts.Items[0])), (1, Gen.Elements(Scripts.Items)))
                from merchant in Gen.Choose(1, Merchants)
                from giver in Gen.Choose(0, Merchants)
                select new ControlCommand
                {
                    Operation = ControlOperation.SetItem,
                    Item = item,
                    Merchant = merchant,
                    Category = "toys",
                    From = giver
                }),
            (3, ACampaign().Select(c => new ControlCommand { Operation = ControlOperation.EndCampaign, Campaign = c })),
            (1, ACampaign().Select(c => new ControlCommand { Operation = ControlOperation.DeleteCampaign, Campaign = c })),
            (4, APromotion(ControlOperation.SetPromotion)),
            (2, APromotion(ControlOperation.RemovePromotion)),
            (3, ABigDay(ControlOperation.SetBigDay)),
            (1, ABigDay(ControlOperation.RemoveBigDay)))
        select command with { Request = request };

    /// <summary>The command with its times counted from 1970.</summary>
    public static ControlCommand At(ControlCommand command, long now) => command with
    {
        Terms = command.Terms is { } terms
            ? terms with { StartMs = terms.StartMs == 0 ? 0 : now + terms.StartMs, EndMs = now + terms.EndMs }
            : null,
        Promotion = command.Promotion is { } sale ? sale with { StartMs = now + sale.StartMs, EndMs = now + sale.EndMs } : null,
        BigDay = command.BigDay is { } day
            ? day with { WarmUpMs = now + day.WarmUpMs, StartMs = now + day.StartMs, EndMs = now + day.EndMs }
            : null,
    };

    private static Gen<long> ACampaign() => Gen.Frequency((4, Gen.Constant(1L)), (3, Gen.Choose(2, Campaigns).Select(c => (long)c)));

    private static ControlCommand SetMerchant(long merchant, MerchantKind kind, long request) => new()
    {
        Operation = ControlOperation.SetMerchant,
        Request = request,
        Merchant = merchant,
        Facts =
            new MerchantFacts(kind, kind == MerchantKind.C2C ? PrivateTraffic.Feed : PrivateTraffic.LiveRoom | PrivateTraffic.ChatGroup),
    };

    private static ControlCommand Publish(long merchant, long item, CampaignTerms terms) => new()
    {
        Operation = ControlOperation.PublishCampaign,
        Merchant = merchant,
        Item = item,
        Category = "toys",
        Terms = terms,
    };

    private static Gen<ControlCommand> APromotion(ControlOperation operation) =>
        from item in Gen.Frequency((3, Gen.Constant(Scripts.Items[0])), (1, Gen.Elements(Scripts.Items)))
        from id in Gen.Choose(1, 2)
        from kind in Gen.Elements(PromotionKind.FlashSale, PromotionKind.MassSale)
        from start in Gen.Elements(0L, 0L, 1L, 20L)
        from length in Gen.Elements(1L, 20L, 100L, 100_000_000L)
        select new ControlCommand { Operation = operation, Item = item, Promotion = new Promotion(id, kind, start, start + length) };

    private static Gen<ControlCommand> ABigDay(ControlOperation operation) =>
        from id in Gen.Choose(1, 2)
        from grade in Gen.Elements(Grade.S, Grade.DoubleS, Grade.TripleS)
        from warmUp in Gen.Elements(0L, 0L, 5L)
        from start in Gen.Elements(0L, 1L, 20L)
        from length in Gen.Elements(1L, 20L, 100_000_000L)
        select new ControlCommand
        {
            Operation = operation,
            BigDay = new BigDay(id, grade, warmUp > start ? start : warmUp, start, start + length),
        };

    private static readonly Gen<AudienceRule> Narrow = Gen.Elements(
        new AudienceRule(AudienceKind.NewBuyersOnly),
        new AudienceRule(AudienceKind.OldCustomersFirst, EarlyMs: 20),
        new AudienceRule(AudienceKind.TierAndAbove, MinTier: 2));

    private static Gen<CampaignTerms> Terms() =>
        from start in Gen.Frequency((6, Gen.Constant(0L)), (1, Gen.Elements(1L, 20L)))
        from length in Gen.Frequency((5, Gen.Constant(200_000_000L)), (2, Gen.Elements(21L, 60L, 1_000L)))
        from size in Gen.Elements(2, 2, 3)
        from price in Gen.Elements(500L, 500L, 700L)
        from solo in Gen.Elements(1_000L, 1_000L, 1_100L)
        from leader in Gen.Elements<long?>(null, null, 0, 400)
        from quota in Gen.Elements(0, 0, 0, 3, 4)
        from perOrder in Gen.Elements(0, 0, 0, 1)
        from perBuyer in Gen.Elements(0, 0, 1, 2)
        from hold in Gen.Elements(0L, 10L)
        from merge in Gen.Elements(true, true, false)
        from audience in Gen.Frequency((4, Gen.Constant(default(AudienceRule))), (2, Narrow))
        select new CampaignTerms
        {
            StartMs = start,
            EndMs = start + length,
            TeamSize = size,
            GroupPriceFen = price,
            SoloPriceFen = solo,
            LeaderPriceFen = leader,
            QuotaSeats = quota,
            PerOrderPieces = perOrder,
            PerBuyerPieces = perBuyer,
            HoldMs = hold,
            Merge = merge,
            Audience = audience,
        };
}
