using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Storefront.Shop;

/// <summary>What came of a wish about a campaign: a denial, or the engine's answer.</summary>
public readonly record struct CampaignReply(ControlAnswer Answer, Denial Denial = Denial.None)
{
    public bool Ok => Denial == Denial.None && Answer.Ok;
}

/// <summary>A live campaign and how it does (R19).</summary>
public sealed record LiveCampaign(CampaignTerms Terms, Counts Counts);

/// <summary>A merchant's campaigns, on his own items only.</summary>
public sealed class CampaignDesk(MatchingEngine engine, Catalogue catalogue, Offers offers)
{
    /// <summary>Puts one of his items on offer (R10–R13).</summary>
    /// <param name="merchant">Who.</param>
    /// <param name="item">His item.</param>
    /// <param name="request">The request's id: sent again it is a repeat (R35).</param>
    /// <param name="terms">On which terms.</param>
    public async Task<CampaignReply> PublishAsync(long merchant, long item, long request, CampaignTerms terms)
    {
        if (catalogue.Find(item) is not { } sold)
        {
            return new CampaignReply(default, Denial.UnknownItem);
        }

        if (sold.Merchant != merchant)
        {
            return new CampaignReply(default, Denial.NotYourItem);
        }

        return new CampaignReply(await engine.ControlAsync(new ControlCommand
        {
            Operation = ControlOperation.PublishCampaign,
            Request = request,
            Merchant = merchant,
            Item = item,
            Category = sold.Category,
            Terms = terms,
        }));
    }

    /// <summary>Ends one of his campaigns: nothing opens any more, open teams run on (R34).</summary>
    public async Task<CampaignReply> EndAsync(long merchant, long campaign, long request)
    {
        // Whose campaign it is never changes; somebody else's is as good as none.
        if (await engine.FindCampaignAsync(campaign) is not { } terms || terms.Merchant != merchant)
        {
            return new CampaignReply(new ControlAnswer(
                ControlOutcome.UnknownCampaign, false, false, 10, $"no campaign has the id {campaign} (R10)", campaign, 0, engine.Now));
        }

        return new CampaignReply(await engine.ControlAsync(new ControlCommand
        {
            Operation = ControlOperation.EndCampaign,
            Request = request,
            Campaign = campaign,
        }));
    }

    /// <summary>His live campaigns.</summary>
    public async Task<IReadOnlyList<LiveCampaign>> LiveAsync(long merchant)
    {
        List<LiveCampaign> live = [];
        foreach (CampaignTerms terms in await offers.CampaignsOfAsync(merchant))
        {
            live.Add(new LiveCampaign(terms, await engine.CountCampaignAsync(terms.Campaign) ?? default));
        }

        return live;
    }
}
