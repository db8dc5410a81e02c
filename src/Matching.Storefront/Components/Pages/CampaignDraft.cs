using System.Globalization;
using Matching.Core.Campaigns;

namespace Matching.Storefront.Components.Pages;

/// <summary>The publishing form as it was typed, and what of it is wrong, by field.</summary>
public sealed class CampaignDraft
{
    private const decimal MostYuan = 10_000_000m;

    public long Request { get; set; }

    public long Item { get; set; }

    public string? TeamSize { get; set; } = "2";

    public string? GroupYuan { get; set; }

    public string? LeaderYuan { get; set; }

    public string? SoloYuan { get; set; }

    public string? Days { get; set; } = "7";

    public string? Quota { get; set; }

    public string? PerOrder { get; set; }

    public string? PerBuyer { get; set; }

    public bool NoRescue { get; set; }

    /// <summary>Key of the words that tell what is wrong, and the rule's number, by the field's name; of the whole form under "".</summary>
    internal Dictionary<string, (string Word, byte Rule)> Wrong { get; } = new(StringComparer.Ordinal);

    /// <summary>The terms typed; null when a field is no number, which <see cref="Wrong"/> then tells.</summary>
    internal CampaignTerms? ToTerms(long nowMs)
    {
        var terms = new CampaignTerms
        {
            TeamSize = (int)Whole(TeamSize, nameof(TeamSize), required: true),
            GroupPriceFen = Fen(GroupYuan, nameof(GroupYuan)) ?? 0,
            LeaderPriceFen = string.IsNullOrWhiteSpace(LeaderYuan) ? null : Fen(LeaderYuan, nameof(LeaderYuan)),
            SoloPriceFen = Fen(SoloYuan, nameof(SoloYuan)) ?? 0,
            EndMs = nowMs + (Whole(Days, nameof(Days), required: true) * 86_400_000),
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
                "startMs" or "endMs" => nameof(Days),
                "quotaSeats" => nameof(Quota),
                "perOrderPieces" => nameof(PerOrder),
                "perBuyerPieces" => nameof(PerBuyer),
                _ => "",
            },
        };
        Wrong[field] =
            (field is "" or nameof(Item) ? "CampaignR" + answer.Rule.ToString(CultureInfo.InvariantCulture) : "Bad" + field, answer.Rule);
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

        Wrong[field] = ("Bad" + field, 0);
        return 0;
    }

    private long? Fen(string? text, string field)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal yuan)
            && yuan <= MostYuan && decimal.Round(yuan, 2) == yuan)
        {
            return (long)(yuan * 100);
        }

        Wrong[field] = ("Bad" + field, 0);
        return null;
    }
}
