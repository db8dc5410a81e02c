using System.Globalization;
using Matching.Core.Campaigns;
using Matching.Storefront.Components.Parts;
using Matching.Storefront.Shop;

namespace Matching.Storefront.Components.Pages;

/// <summary>The publishing form as it was typed, and what of it is wrong, by field.</summary>
public sealed class CampaignDraft
{
    private const long HourMs = 3_600_000;
    private const decimal MostYuan = 10_000_000m;

    public long Request { get; set; }

    public long Item { get; set; }

    public string? TeamSize { get; set; } = "2";

    public string? GroupYuan { get; set; }

    public string? LeaderYuan { get; set; }

    public string? SoloYuan { get; set; }

    /// <summary>The campaign to change; 0 for a new one.</summary>
    public long Campaign { get; set; }

    /// <summary>When teams open from, by the shop's clock; empty for now, or of a change as it was.</summary>
    public string? Start { get; set; }

    public string? End { get; set; }

    public AudienceKind Audience { get; set; }

    /// <summary>Hours for which old customers come first (R21).</summary>
    public string? EarlyHours { get; set; }

    /// <summary>The lowest tier let in (R21).</summary>
    public string? MinTier { get; set; }

    public string? Quota { get; set; }

    public string? PerOrder { get; set; }

    public string? PerBuyer { get; set; }

    public bool NoRescue { get; set; }

    /// <summary>What is wrong, by the field's name; of the whole form under "".</summary>
    internal Dictionary<string, ShopNotice> Wrong { get; } = new(StringComparer.Ordinal);

    /// <summary>A form filled with the terms of a campaign: to change it, or to publish another like it.</summary>
    internal static CampaignDraft Of(CampaignTerms terms, long nowMs, bool copy) => new()
    {
        Request = OrderIds.Next(),
        Campaign = copy ? 0 : terms.Campaign,
        Item = terms.Item,
        TeamSize = Text(terms.TeamSize),
        GroupYuan = Yuan(terms.GroupPriceFen),
        LeaderYuan = terms.LeaderPriceFen is { } leader ? Yuan(leader) : null,
        SoloYuan = Yuan(terms.SoloPriceFen),
        Start = copy ? null : ShopTime.Field(terms.StartMs),
        End = ShopTime.Field(copy ? nowMs + (terms.EndMs - terms.StartMs) : terms.EndMs),
        Quota = TextOrNone(terms.QuotaSeats),
        PerOrder = TextOrNone(terms.PerOrderPieces),
        PerBuyer = TextOrNone(terms.PerBuyerPieces),
        NoRescue = !terms.Merge,
        Audience = terms.Audience.Kind,
        EarlyHours = TextOrNone(terms.Audience.EarlyMs / HourMs),
        MinTier = TextOrNone(terms.Audience.MinTier),
    };

    /// <summary>The terms typed; null when a field is no number or time, which <see cref="Wrong"/> then tells.</summary>
    internal CampaignTerms? ToTerms()
    {
        var terms = new CampaignTerms
        {
            TeamSize = (int)Whole(TeamSize, nameof(TeamSize), required: true),
            GroupPriceFen = Fen(GroupYuan, nameof(GroupYuan)) ?? 0,
            LeaderPriceFen = string.IsNullOrWhiteSpace(LeaderYuan) ? null : Fen(LeaderYuan, nameof(LeaderYuan)),
            SoloPriceFen = Fen(SoloYuan, nameof(SoloYuan)) ?? 0,
            StartMs = string.IsNullOrEmpty(Start) ? 0 : Time(Start, nameof(Start)),
            EndMs = Time(End, nameof(End)),
            Audience = new AudienceRule(
                Audience,
                Audience == AudienceKind.OldCustomersFirst ? Whole(EarlyHours, nameof(EarlyHours)) * HourMs : 0,
                Audience == AudienceKind.TierAndAbove ? (byte)Math.Min(byte.MaxValue, Whole(MinTier, nameof(MinTier))) : (byte)0),
            QuotaSeats = Whole(Quota, nameof(Quota)),
            PerOrderPieces = (int)Whole(PerOrder, nameof(PerOrder)),
            PerBuyerPieces = (int)Whole(PerBuyer, nameof(PerBuyer)),
            Merge = !NoRescue,
        };
        return Wrong.Count == 0 ? terms : null;
    }

    /// <summary>Puts a refusal at the field that its reason names.</summary>
    internal void Refuse(ControlAnswer answer)
    {
        string field = answer.Rule switch
        {
            11 or 12 => nameof(Item),
            10 or 13 => "",
            _ => answer.Reason.Split(' ')[0] switch
            {
                "teamSize" => nameof(TeamSize),
                "groupPriceFen" => nameof(GroupYuan),
                "leaderPriceFen" => nameof(LeaderYuan),
                "soloPriceFen" => nameof(SoloYuan),
                "startMs" => nameof(Start),
                "endMs" => nameof(End),
                "quotaSeats" => nameof(Quota),
                "perOrderPieces" => nameof(PerOrder),
                "perBuyerPieces" => nameof(PerBuyer),
                _ => "",
            },
        };
        // Rule 10 says two things: he has too many, or the item has one already.
        string word = field.Length > 0 && field != nameof(Item) ? "Bad" + field
            : answer is { Rule: 10, Outcome: not ControlOutcome.LimitReached } ? "CampaignLive"
            : answer.Rule is 10 or 11 or 12 or 13 or 15 ? "CampaignR" + answer.Rule.ToString(CultureInfo.InvariantCulture)
            : "Refused";
        Wrong[field] = new ShopNotice(
            false, word, answer.Rule, RetryAt: answer.RetryAt, Reason: ShopNotice.Readable(answer.Reason));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? TextOrNone(long number) => number == 0 ? null : Text(number);

    private static string Yuan(long fen) => (fen / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private long Time(string? text, string field)
    {
        long at = ShopTime.Read(text);
        if (at == 0)
        {
            Wrong[field] = new ShopNotice(false, "Bad" + field);
        }

        return at;
    }

    private long Whole(string? text, string field, bool required = false)
    {
        if (string.IsNullOrWhiteSpace(text) && !required)
        {
            return 0;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            return value;
        }

        Wrong[field] = new ShopNotice(false, "Bad" + field);
        return 0;
    }

    private long? Fen(string? text, string field)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal yuan)
            && yuan <= MostYuan && decimal.Round(yuan, 2) == yuan)
        {
            return (long)(yuan * 100);
        }

        Wrong[field] = new ShopNotice(false, "Bad" + field);
        return null;
    }
}
