namespace Matching.Core.Campaigns;

/// <summary>
/// Whether an item's campaign has effect at an instant, and by which rule not (R14, R15, R34): a pure function of data the
/// item's shard has.
/// <para>
/// Sales and big promotions stop opening and joining alike; the campaign's own window and end stop opening alone. They are
/// asked in the order NoCampaign, R14, R15, R34; the first that forbids is the answer.
/// </para>
/// <para>
/// A join can't afford a scan of every interval, so the answer says until when it holds: a shard asks again only at that
/// instant, or when it is given a new schedule or calendar, and otherwise compares one number.
/// </para>
/// </summary>
public static class Effectiveness
{
    /// <summary>Whether a team may open: also a promise to open, and a promise paid late.</summary>
    public static Verdict ToOpen(ItemSchedule schedule, BigDayCalendar calendar, long atMs)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(calendar);
        CampaignTerms? terms = schedule.Terms;
        if (terms is null)
        {
            return new Verdict(Outcome.NoCampaign, 10, Why.NoCampaign, long.MaxValue);
        }

        long untilMs = NextBoundary(schedule, calendar, atMs);
        Why why = Ruling(schedule, calendar, atMs);
        if (why is Why.Effective or Why.WarmUp)
        {
            // Ended first: a campaign may be ended before it began.
            why = !terms.Enabled || atMs >= terms.EndMs ? Why.Ended : atMs < terms.StartMs ? Why.NotStarted : why;
        }

        return Of(why, untilMs);
    }

    /// <summary>Whether an open team may be joined, by id, by QuickJoin or by a hold. It needs no campaign: that may have ended
    /// (R34).</summary>
    public static Verdict ToJoin(ItemSchedule schedule, BigDayCalendar calendar, long atMs)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(calendar);
        return Of(Ruling(schedule, calendar, atMs), NextBoundary(schedule, calendar, atMs));
    }

    private static Verdict Of(Why why, long untilMs) => why switch
    {
        Why.Effective => new Verdict(Outcome.None, 0, why, untilMs),
        Why.WarmUp => new Verdict(Outcome.None, 15, why, untilMs),
        Why.FlashSale or Why.MassSale => new Verdict(Outcome.CampaignNotEffective, 14, why, untilMs),
        Why.BigDay => new Verdict(Outcome.CampaignNotEffective, 15, why, untilMs),
        _ => new Verdict(Outcome.CampaignNotEffective, 34, why, untilMs),
    };

    private static Why Ruling(ItemSchedule schedule, BigDayCalendar calendar, long atMs)
    {
        foreach (Promotion promotion in schedule.Promotions)
        {
            if (promotion.RulesAt(atMs))
            {
                return promotion.Kind == PromotionKind.FlashSale ? Why.FlashSale : Why.MassSale;
            }
        }

        bool warmsUp = false;
        foreach (BigDay day in calendar.Days)
        {
            if (day.Concerns(schedule.Kind) && atMs < day.EndMs)
            {
                if (atMs >= day.StartMs)
                {
                    return Why.BigDay;
                }

                warmsUp |= atMs >= day.WarmUpMs;
            }
        }

        return warmsUp ? Why.WarmUp : Why.Effective;
    }

    private static long NextBoundary(ItemSchedule schedule, BigDayCalendar calendar, long atMs)
    {
        long next = long.MaxValue;
        foreach (Promotion promotion in schedule.Promotions)
        {
            next = Earlier(Earlier(next, promotion.StartMs, atMs), promotion.EndMs, atMs);
        }

        foreach (BigDay day in calendar.Days)
        {
            next = Earlier(Earlier(Earlier(next, day.WarmUpMs, atMs), day.StartMs, atMs), day.EndMs, atMs);
        }

        return schedule.Terms is not { Enabled: true } terms
            ? next
            : Earlier(Earlier(next, terms.StartMs, atMs), terms.EndMs, atMs);
    }

    private static long Earlier(long next, long boundaryMs, long atMs) => boundaryMs > atMs ? Math.Min(next, boundaryMs) : next;
}
