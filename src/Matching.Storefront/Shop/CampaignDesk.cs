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

/// <summary>
/// Campaigns, and what they meet: sales, big promotions, chat groups, venues. A merchant asks about his own items and campaigns only, an
/// operator about what spans merchants.
/// </summary>
public sealed class CampaignDesk(MatchingEngine engine, Catalogue catalogue, Offers offers, Trail trail)
{
    /// <summary>Puts one of his items on offer (R10–R13).</summary>
    /// <param name="merchant">Who.</param>
    /// <param name="item">His item.</param>
    /// <param name="request">The request's id: sent again it is a repeat (R35).</param>
    /// <param name="terms">On which terms.</param>
    public Task<CampaignReply> PublishAsync(long merchant, long item, long request, CampaignTerms terms) =>
        AskAboutItemAsync(merchant, new ControlCommand
        {
            Operation = ControlOperation.PublishCampaign,
            Request = request,
            Merchant = merchant,
            Item = item,
            Category = catalogue.Find(item)?.Category ?? "",
            Terms = terms,
        });

    /// <summary>New terms for teams that open from now on (R34).</summary>
    public Task<CampaignReply> ChangeAsync(long merchant, long campaign, long request, CampaignTerms terms) =>
        AskAboutCampaignAsync(merchant, new ControlCommand
        {
            Operation = ControlOperation.ChangeCampaign,
            Request = request,
            Campaign = campaign,
            Terms = terms,
        });

    /// <summary>Ends one of his campaigns: nothing opens any more, open teams run on (R34).</summary>
    public Task<CampaignReply> EndAsync(long merchant, long campaign, long request) =>
        AskAboutCampaignAsync(
            merchant, new ControlCommand { Operation = ControlOperation.EndCampaign, Request = request, Campaign = campaign });

    /// <summary>What concerns an item of his.</summary>
    public async Task<CampaignReply> AskAboutItemAsync(long merchant, ControlCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return catalogue.Find(command.Item) switch
        {
            null => new CampaignReply(default, Denial.UnknownItem),
            { } sold when sold.Merchant != merchant => new CampaignReply(default, Denial.NotYourItem),
            _ => await AskAsync(command),
        };
    }

    /// <summary>What concerns a campaign of his. Whose it is never changes; somebody else's is as good as none.</summary>
    public async Task<CampaignReply> AskAboutCampaignAsync(long merchant, ControlCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return await engine.FindCampaignAsync(command.Campaign) is { } terms && terms.Merchant == merchant
            ? await AskAsync(command)
            : new CampaignReply(new ControlAnswer(
                ControlOutcome.UnknownCampaign, false, false, 10, $"no campaign has the id {command.Campaign} (R10)", command.Campaign, 0,
                    engine.Now));
    }

    /// <summary>Asks, and notes who asked: for an operator, to whom nothing belongs.</summary>
    public async Task<CampaignReply> AskAsync(ControlCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        ControlAnswer answer = await engine.ControlAsync(command);
        long subject = command.Campaign + command.Venue + (command.BigDay?.Id ?? 0);
        trail.Note(
            command.Operation.ToString(), command.Item, 0, answer.Outcome.ToString(),
            answer.Ok ? subject == 0 ? "" : subject.ToString(System.Globalization.CultureInfo.InvariantCulture) : answer.Reason);
        return new CampaignReply(answer);
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
