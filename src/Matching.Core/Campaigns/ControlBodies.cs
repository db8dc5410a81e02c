namespace Matching.Core.Campaigns;

/// <summary>Subjects of control records as fields, and back. Fields are written by rising tag.</summary>
internal static class ControlBodies
{
    /// <summary>Writes the subjects. The ids of terms are the record's own and are not written twice.</summary>
    public static void Write(FieldWriter to, ControlRecord record)
    {
        to.Put(ControlField.Merchant, record.Merchant);
        to.Put(ControlField.Item, record.Item);
        to.Put(ControlField.Campaign, record.Campaign);
        to.Put(ControlField.Chat, record.Chat);
        to.Put(ControlField.Venue, record.Venue);
        to.Put(ControlField.Category, record.Category);
        to.Put(ControlField.From, record.From);
        if (record.Terms is { } terms)
        {
            Write(to, terms);
        }

        if (record.Facts is { } facts)
        {
            to.PutAlways(ControlField.MerchantKind, (long)facts.Kind);
            to.Put(ControlField.Tools, (long)facts.Tools);
        }

        if (record.Promotion is { } promotion)
        {
            to.PutAlways(ControlField.Promotion, promotion.Id);
            to.Put(ControlField.PromotionKind, (long)promotion.Kind);
            to.Put(ControlField.PromotionStart, promotion.StartMs);
            to.Put(ControlField.PromotionEnd, promotion.EndMs);
        }

        if (record.BigDay is { } day)
        {
            to.PutAlways(ControlField.BigDay, day.Id);
            to.Put(ControlField.Grade, (long)day.Grade);
            to.Put(ControlField.WarmUp, day.WarmUpMs);
            to.Put(ControlField.BigDayStart, day.StartMs);
            to.Put(ControlField.BigDayEnd, day.EndMs);
        }

        if (record.Activity is { } activity)
        {
            to.PutAlways(ControlField.Activity, (long)activity.Kind);
            to.Put(ControlField.ActivityId, activity.Id);
            to.Put(ControlField.ActivityEnd, activity.EndMs);
        }

        if (record.Plan is { } plan)
        {
            Write(to, plan);
        }
    }

    /// <summary>Reads the subjects into a record made without them.</summary>
    public static T Read<T>(FieldReader from, T bare)
        where T : ControlRecord
    {
        ControlRecord record = (ControlRecord)bare with
        {
            Merchant = from.Take(ControlField.Merchant),
            Item = from.Take(ControlField.Item),
            Campaign = from.Take(ControlField.Campaign),
            Chat = from.Take(ControlField.Chat),
            Venue = from.Take(ControlField.Venue),
            Category = from.TakeText(ControlField.Category),
            From = from.Take(ControlField.From),
            Facts = !from.Has(ControlField.MerchantKind) ? null : new MerchantFacts(
                (MerchantKind)from.Take(ControlField.MerchantKind, byte.MaxValue),
                (PrivateTraffic)from.Take(ControlField.Tools, byte.MaxValue)),
            Promotion = !from.Has(ControlField.Promotion) ? null : new Promotion(
                from.Take(ControlField.Promotion), (PromotionKind)from.Take(ControlField.PromotionKind, byte.MaxValue),
                from.Take(ControlField.PromotionStart), from.Take(ControlField.PromotionEnd)),
            BigDay = !from.Has(ControlField.BigDay) ? null : new BigDay(
                from.Take(ControlField.BigDay), (Grade)from.Take(ControlField.Grade, byte.MaxValue), from.Take(ControlField.WarmUp),
                from.Take(ControlField.BigDayStart), from.Take(ControlField.BigDayEnd)),
            Activity = !from.Has(ControlField.Activity) ? null : new Activity(
                (ActivityKind)from.Take(ControlField.Activity, byte.MaxValue),
                from.Take(ControlField.ActivityId), from.Take(ControlField.ActivityEnd)),
            Plan = !from.Has(ControlField.Weekly) ? null : ReadPlan(from),
        };
        return (T)(from.Has(ControlField.TermsVersion) ? record with { Terms = ReadTerms(from, record) } : record);
    }

    /// <summary>Whether an event has the subjects its kind tells of.</summary>
    public static bool Fit(ControlEvent e) => e.Kind switch
    {
        ControlEventKind.MerchantSet => e is { Merchant: > 0, Facts: not null },
        ControlEventKind.ItemSet => e is { Merchant: > 0, Item: > 0, Category: not "" },
        ControlEventKind.CampaignPublished or ControlEventKind.CampaignChanged =>
            e is { Campaign: > 0, Merchant: > 0, Item: > 0, Terms: not null },
        ControlEventKind.CampaignEnded or ControlEventKind.CampaignDeleted => e is { Campaign: > 0, Merchant: > 0, Item: > 0 },
        ControlEventKind.PromotionSet or ControlEventKind.PromotionRemoved => e is { Item: > 0, Promotion: not null },
        ControlEventKind.BigDaySet or ControlEventKind.BigDayRemoved => e.BigDay is not null,
        ControlEventKind.ActivityListed or ControlEventKind.ActivityWithdrawn or ControlEventKind.ActivityEnded =>
            e is { Chat: > 0, Activity: not null },
        ControlEventKind.VenueSet => e is { Venue: > 0, Plan: not null },
        ControlEventKind.VenueRemoved => e.Venue > 0,
        ControlEventKind.VenueApplied or ControlEventKind.VenueWithdrawn => e is { Venue: > 0, Campaign: > 0 },
        _ => false,
    };

    private static void Write(FieldWriter to, CampaignTerms terms)
    {
        to.PutAlways(ControlField.TermsVersion, terms.Version);
        to.Put(ControlField.TermsEnabled, terms.Enabled ? 1 : 0);
        to.Put(ControlField.TermsStart, terms.StartMs);
        to.Put(ControlField.TermsEnd, terms.EndMs);
        to.Put(ControlField.TeamSize, terms.TeamSize);
        to.Put(ControlField.GroupPrice, terms.GroupPriceFen);
        if (terms.LeaderPriceFen is { } leaderFen)
        {
            to.PutAlways(ControlField.LeaderPrice, leaderFen);
        }

        to.Put(ControlField.SoloPrice, terms.SoloPriceFen);
        to.Put(ControlField.Quota, terms.QuotaSeats);
        to.Put(ControlField.PerOrder, terms.PerOrderPieces);
        to.Put(ControlField.PerBuyer, terms.PerBuyerPieces);
        to.Put(ControlField.Hold, terms.HoldMs);
        to.Put(ControlField.NoMerge, terms.Merge ? 0 : 1);
        to.Put(ControlField.Audience, (long)terms.Audience.Kind);
        to.Put(ControlField.Early, terms.Audience.EarlyMs);
        to.Put(ControlField.MinTier, terms.Audience.MinTier);
    }

    private static CampaignTerms ReadTerms(FieldReader from, ControlRecord ids) => new()
    {
        Campaign = ids.Campaign,
        Merchant = ids.Merchant,
        Item = ids.Item,
        Version = (int)from.Take(ControlField.TermsVersion, int.MaxValue),
        Enabled = from.Take(ControlField.TermsEnabled, 1) == 1,
        StartMs = from.Take(ControlField.TermsStart),
        EndMs = from.Take(ControlField.TermsEnd),
        TeamSize = (int)from.Take(ControlField.TeamSize, ushort.MaxValue),
        GroupPriceFen = from.Take(ControlField.GroupPrice),
        LeaderPriceFen = from.Has(ControlField.LeaderPrice) ? from.Take(ControlField.LeaderPrice) : null,
        SoloPriceFen = from.Take(ControlField.SoloPrice),
        QuotaSeats = from.Take(ControlField.Quota),
        PerOrderPieces = (int)from.Take(ControlField.PerOrder, int.MaxValue),
        PerBuyerPieces = (int)from.Take(ControlField.PerBuyer, int.MaxValue),
        HoldMs = from.Take(ControlField.Hold),
        Merge = from.Take(ControlField.NoMerge, 1) == 0,
        Audience = new AudienceRule(
            (AudienceKind)from.Take(ControlField.Audience, byte.MaxValue), from.Take(ControlField.Early),
            (byte)from.Take(ControlField.MinTier, byte.MaxValue)),
    };

    private static void Write(FieldWriter to, VenuePlan plan)
    {
        to.PutAlways(ControlField.Weekly, plan.Weekly ? 1 : 0);
        to.Put(ControlField.Day, (long)plan.Day);
        to.Put(ControlField.StartMinute, plan.StartMinute);
        to.Put(ControlField.LengthMinutes, plan.LengthMinutes);
        to.Put(ControlField.UtcOffset, plan.UtcOffsetMinutes);
        to.Put(ControlField.VenueStart, plan.StartMs);
        to.Put(ControlField.VenueEnd, plan.EndMs);
    }

    private static VenuePlan ReadPlan(FieldReader from) => new()
    {
        Weekly = from.Take(ControlField.Weekly, 1) == 1,
        Day = (DayOfWeek)from.Take(ControlField.Day, 6),
        StartMinute = (int)from.Take(ControlField.StartMinute, 1439),
        LengthMinutes = (int)from.Take(ControlField.LengthMinutes, 10_080),
        UtcOffsetMinutes = (int)from.Take(ControlField.UtcOffset, 840, -840),
        StartMs = from.Take(ControlField.VenueStart),
        EndMs = from.Take(ControlField.VenueEnd),
    };
}
