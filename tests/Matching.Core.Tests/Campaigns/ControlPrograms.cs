using System.Globalization;
using Matching.Core.Campaigns;
using Matching.Kit;

namespace Matching.Core.Tests.Campaigns;

/// <summary>Programs of control commands and time, played to the book and its twin; after every step both are asked everything.</summary>
internal static class ControlPrograms
{
    private const long DayMs = 86_400_000;
    private static readonly long[] s_items = [1, 2, 3, Ids.Of(4, 4)];
    private static readonly long[] s_ids = [1, 2, 3, long.MaxValue];
    private static readonly LowestPriceFor[] s_asked = [LowestPriceFor.MassSale, LowestPriceFor.ThirtyDays];

    /// <summary>Limits small enough to be met in a short program.</summary>
    public static ControlOptions Options { get; } = new() { MaxLivePerMerchant = 2, CoolDownMs = 40, MaxLivePerChat = 2 };

    /// <summary>Plays a program; throws where book and twin, or the book and its own journal, differ.</summary>
    public static void Play(int[] steps, TwinFault fault = TwinFault.None)
    {
        ControlBook book = new(Options);
        ControlTwin twin = new(Options, fault);
        List<byte> journal = [];
        List<(ItemSchedule Handed, byte[] Bytes)> handedOut = [];
        Dictionary<long, ItemSchedule> shards = [];
        List<ControlCommand> sent = [];
        int published = 0;
        long lastItem = 1;
        BigDayCalendar calendar = BigDayCalendar.Empty;
        long nowMs = 1_000;
        foreach (int step in steps)
        {
            Dice dice = new(step);
            nowMs += dice.Chance(20) ? DayMs : dice.Pick(0, 0, 0, 0, 1, 1, 7, 20, 39, 40);
            book.Sweep(nowMs);
            twin.MoveTo(nowMs);
            ControlCommand command = sent.Count > 0
                && dice.Chance(12) ? sent[dice.Below(sent.Count)] : Any(dice, nowMs, published, lastItem);
            sent.Add(command);
            ulong before = book.StateHash();
            int events = book.Events.Count;
            ControlAnswer answer = book.Execute(command, nowMs);
            ControlTwin.Said said = twin.Execute(command, nowMs);

            long campaign = answer.Ok ? answer.Campaign : 0;
            if (answer is { Outcome: ControlOutcome.Published, Repeated: false })
            {
                (published, lastItem) = (published + 1, command.Item);
            }

            Same(command, said, new ControlTwin.Said(answer.Outcome, answer.Rule, campaign, answer.Repeated, answer.RetryAt), "answer");
            Same(command, said.Rule == 0, answer.Ok, "ok");
            Same(command, answer.Ok, answer.Reason.Length == 0, "reason");
            if (!answer.Ok || answer.Repeated)
            {
                Same(command, before, book.StateHash(), "state after a refusal or repeat");
                Same(command, events, book.Events.Count, "events of a refusal or repeat");
            }

            foreach (ControlEvent e in book.Events)
            {
                journal.AddRange(ControlCodec.Encode(e));
            }

            book.Events.Clear();
            IReadOnlyList<ItemSchedule> touched = book.TakeTouched(out BigDayCalendar? changed);
            calendar = changed ?? calendar;
            foreach (ItemSchedule schedule in touched)
            {
                shards[schedule.Item] = schedule;
                handedOut.Add((schedule, BytesOf(schedule)));
                Same(command, true, schedule.DecidedAtMs <= book.Now, "time of a schedule");
            }

            book.Validate();
            AskEverything(command, book, twin, shards, calendar);
        }

        ControlBook again = Replay(journal);
        Same(null, book.StateHash(), again.StateHash(), "state after replay");
        again.Validate();
        foreach ((ItemSchedule handed, byte[] bytes) in handedOut)
        {
            Same(null, Convert.ToHexString(bytes), Convert.ToHexString(BytesOf(handed)), "terms handed out before");
        }
    }

    private static void AskEverything(
        ControlCommand command, ControlBook book, ControlTwin twin, Dictionary<long, ItemSchedule> shards, BigDayCalendar calendar)
    {
        foreach (long id in s_ids)
        {
            Same(command, List(twin.LiveOf(id)), List(book.LiveCampaignsOf(id, twin.Now)), $"live campaigns of merchant {id}");
            ChatView chat = book.FindChat(id, twin.Now);
            Same(command, List(twin.Chat(id)), List(chat.Live), $"chat {id}");
            Same(command, twin.Top(id), chat.Top, $"card on top of chat {id}");
            VenueView? venue = book.FindVenue(id, twin.Now);
            Same(command, twin.Listed(id) is { } listed ? List(listed) : null, venue is null ? null : List(venue.Listed), $"venue {id}");
            Same(command, List(twin.Applied(id)), venue is null ? "" : List(venue.Applied), $"applications for venue {id}");
        }

        for (long campaign = 1; campaign <= 12; campaign++)
        {
            Same(command, twin.Find(campaign), book.FindCampaign(campaign, twin.Now), $"campaign {campaign}");
        }

        foreach (long item in s_items)
        {
            Same(command, twin.MerchantOf(item), book.MerchantOf(item), $"merchant of item {item}");
            Same(command, twin.MerchantOf(item), shards.GetValueOrDefault(item)?.Merchant ?? 0, $"merchant of item {item} at its shard");
            ItemSchedule schedule = shards.GetValueOrDefault(item) ?? new ItemSchedule(item, 0, MerchantKind.None, null, []);
            AskSchedule(command, schedule, calendar, twin);
            foreach (LowestPriceFor asked in s_asked)
            {
                Same(command, twin.LowestPrice(item, asked, twin.Now + 10), book.LowestPriceOf(item, asked, twin.Now + 10).Fen,
                    $"lowest price of item {item}");
            }
        }
    }

    private static void AskSchedule(ControlCommand command, ItemSchedule schedule, BigDayCalendar calendar, ControlTwin twin)
    {
        Verdict open = Effectiveness.ToOpen(schedule, calendar, twin.Now);
        Verdict join = Effectiveness.ToJoin(schedule, calendar, twin.Now);
        for (long atMs = twin.Now; atMs < twin.Now + 90; atMs += 3)
        {
            Verdict opens = Effectiveness.ToOpen(schedule, calendar, atMs);
            Verdict joins = Effectiveness.ToJoin(schedule, calendar, atMs);
            Same(command, twin.WhyNotOpen(schedule.Item, atMs), opens.Why, $"opening item {schedule.Item} at {atMs}");
            Same(command, twin.WhyNotJoin(schedule.Item, atMs), joins.Why, $"joining item {schedule.Item} at {atMs}");
            Same(command, opens.Ok, opens.Why is Why.Effective or Why.WarmUp, "ok");
            Same(command, true, atMs >= open.HoldsUntilMs || opens == open, $"opening before {open.HoldsUntilMs}");
            Same(command, true, atMs >= join.HoldsUntilMs || joins == join, $"joining before {join.HoldsUntilMs}");
        }
    }

    private static ControlBook Replay(List<byte> journal)
    {
        ControlBook book = new(new ControlOptions { MaxLivePerMerchant = 1, CoolDownMs = 0, MaxTeamSize = 2, HoldMs = 1 });
        ReadOnlySpan<byte> rest = journal.ToArray();
        while (!rest.IsEmpty)
        {
            rest = rest[ControlCodec.Read(rest, out ControlEvent e)..];
            book.Apply(e);
        }

        return book;
    }

    /// <summary>A command that has a fair chance to be accepted.</summary>
    public static ControlCommand Any(Dice dice, long nowMs, int published, long lastItem)
    {
        ControlOperation operation = dice.Pick(
            ControlOperation.SetMerchant, ControlOperation.PublishCampaign, ControlOperation.PublishCampaign,
            ControlOperation.PublishCampaign, ControlOperation.PublishCampaign,
            ControlOperation.ChangeCampaign, ControlOperation.EndCampaign, ControlOperation.DeleteCampaign,
            ControlOperation.DeleteCampaign, ControlOperation.PublishToChat, ControlOperation.RegisterActivity,
                ControlOperation.RegisterActivity,
            ControlOperation.SetPromotion, ControlOperation.SetBigDay, ControlOperation.SetVenue, ControlOperation.ApplyToVenue,
            ControlOperation.ApplyToVenue, ControlOperation.SetItem, (ControlOperation)(dice.Below(17) + 1),
            (ControlOperation)(dice.Below(17) + 1));
        ControlCommand bare =
            new() { Operation = operation, Request = dice.Chance(8) ? Ids.Of(dice.Below(3) + 1, 3) : 10 + dice.Below(1_000_000) };
        long merchant = Ids.Of(dice.Below(3) + 1, 3);
        long item = dice.Chance(2) ? lastItem : s_items[dice.Below(s_items.Length)];
        long campaign = dice.Chance(2) ? Math.Max(published, 1) : dice.Below(published + 1) + 1;
        long chat = Ids.Of(dice.Below(2) + 1, 2);
        long venue = Ids.Of(dice.Below(2) + 1, 2);
        return operation switch
        {
            ControlOperation.SetMerchant => bare with { Merchant = merchant, Facts = AnyFacts(dice) },
            ControlOperation.PublishCampaign => bare with
            {
                // Mostly one and the same, or few items would be published twice (R45).
                Merchant = dice.Chance(3) ? merchant : Ids.Of((Array.IndexOf(s_items, item) / 3) + 1, 3),
                Item = item,
                Category = dice.Chance(15) ? dice.Pick("insurance", " Insurance", "insurance\u3000") : "toys",
                Terms = AnyTerms(dice, nowMs),
            },
            ControlOperation.SetItem => bare with
            {
                Merchant = merchant,
                Item = item,
                Category = dice.Chance(8) ? dice.Pick("insurance", "INSURANCE ") : dice.Pick("toys", "玩具"),
                From = dice.Chance(2) ? Ids.Of(dice.Below(3) + 1, 3) : 0,
            },
            ControlOperation.ChangeCampaign => bare with { Campaign = campaign, Terms = AnyTerms(dice, nowMs) },
            ControlOperation.EndCampaign or ControlOperation.DeleteCampaign => bare with { Campaign = campaign },
            ControlOperation.SetPromotion or ControlOperation.RemovePromotion =>
                bare with { Item = item, Promotion = AnySale(dice, nowMs) },
            ControlOperation.SetBigDay or ControlOperation.RemoveBigDay => bare with { BigDay = AnyDay(dice, nowMs) },
            ControlOperation.PublishToChat => bare with { Chat = chat, Campaign = campaign },
            ControlOperation.RegisterActivity => bare with { Chat = chat, Activity = AnyActivity(dice, nowMs, false) },
            ControlOperation.WithdrawFromChat => bare with { Chat = chat, Activity = AnyActivity(dice, nowMs, true) },
            ControlOperation.SetVenue => bare with { Venue = venue, Plan = AnyPlan(dice, nowMs) },
            ControlOperation.RemoveVenue => bare with { Venue = venue },
            _ => bare with { Venue = venue, Campaign = campaign },
        };
    }

    private static MerchantFacts AnyFacts(Dice dice) => new(
        dice.Pick(MerchantKind.C2C, MerchantKind.Brand), dice.Chance(4) ? PrivateTraffic.None : (PrivateTraffic)(dice.Below(7) + 1));

    private static Promotion AnySale(Dice dice, long nowMs) => new(
        Ids.Of(dice.Below(2) + 1, 2), dice.Pick(PromotionKind.FlashSale, PromotionKind.MassSale), AnyStart(dice, nowMs),
            nowMs + 31 + dice.Below(40));

    private static BigDay AnyDay(Dice dice, long nowMs)
    {
        long startMs = AnyStart(dice, nowMs);
        return new BigDay(
            Ids.Of(dice.Below(2) + 1, 2), (Grade)(dice.Below(3) + 1), startMs - dice.Below(10), startMs, nowMs + 31 + dice.Below(40));
    }

    private static VenuePlan AnyPlan(Dice dice, long nowMs) => dice.Chance(2)
        ? VenuePlan.Once(AnyStart(dice, nowMs), nowMs + 31 + dice.Below(100))
        : VenuePlan.EveryWeek(
            (DayOfWeek)dice.Below(7), dice.Pick(0, 0, 30), dice.Pick(1440, 1440, 60), dice.Pick(VenuePlan.ShanghaiOffsetMinutes, 0));

    private static long AnyStart(Dice dice, long nowMs) => nowMs + dice.Pick(-5, 0, 1, 7, 30);

    private static CampaignTerms AnyTerms(Dice dice, long nowMs) => new()
    {
        StartMs = dice.Chance(2) ? 0 : nowMs + dice.Pick(-5, 0, 1, 20, 35),
        EndMs = nowMs + dice.Pick(0, 1, 21, 40, 60, 10 * DayMs),
        TeamSize = dice.Chance(12) ? dice.Pick(1, 4) : dice.Pick(2, 3),
        SoloPriceFen = 10_000 + dice.Below(100),
        GroupPriceFen = dice.Chance(12) ? 11_000 : 7_000 + dice.Below(2_000),
        LeaderPriceFen = dice.Chance(2) ? null : dice.Below(7_000),
        QuotaSeats = dice.Chance(2) ? 0 : 4 + dice.Below(9),
        PerOrderPieces = dice.Below(3),
        PerBuyerPieces = dice.Below(3),
        HoldMs = dice.Below(3) * 60_000,
        Merge = dice.Chance(2),
        Audience = dice.Pick(
            default, new AudienceRule(AudienceKind.NewBuyersOnly), new AudienceRule(AudienceKind.OldCustomersFirst, EarlyMs: 20),
                new AudienceRule(AudienceKind.TierAndAbove, MinTier: 2)),
    };

    private static Activity AnyActivity(Dice dice, long nowMs, bool alsoCampaigns)
    {
        ActivityKind kind = (ActivityKind)(dice.Below(6) + 1);
        kind = kind == ActivityKind.GroupBuy && !alsoCampaigns ? ActivityKind.EarlyPurchase : kind;
        long id = dice.Below(4) + 1;
        return new Activity(kind, kind == ActivityKind.GroupBuy ? id : Ids.Of(id, 4), dice.Chance(2) ? 0 : nowMs + dice.Pick(0, 1, 30));
    }

    private static byte[] BytesOf(ItemSchedule schedule) => schedule.Terms is null ? [] : ControlCodec.Encode(new ControlEvent
    {
        Kind = ControlEventKind.CampaignChanged,
        Campaign = schedule.Terms.Campaign,
        Terms = schedule.Terms,
    });

    private static string List<T>(IEnumerable<T> values) => string.Join(", ", values);

    private static void Same<T>(ControlCommand? command, T twin, T book, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(twin, book))
        {
            throw new DisagreementException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: the twin says {twin}, the book {book}, after {command?.ToString() ?? "the whole program"}"));
        }
    }
}

/// <summary>Book and twin differ.</summary>
internal sealed class DisagreementException(string message) : Exception(message);
