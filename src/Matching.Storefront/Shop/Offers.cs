using Matching.Core.Campaigns;
using Matching.Engine;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Shop;

/// <summary>
/// What an item costs now and how a team of it forms: its campaign's terms, or the default ones with the catalogue's prices.
/// </summary>
/// <param name="Item">The item.</param>
/// <param name="Campaign">Its live campaign; null under default terms.</param>
/// <param name="TeamSize">Seats of a team that opens now (R1).</param>
/// <param name="MemberFen">A member's price.</param>
/// <param name="LeaderFen">The price of who opens; the member's where the campaign gives no other.</param>
/// <param name="SoloFen">Alone (R9).</param>
/// <param name="InTeams">False where its category is closed to group buying: then it is sold alone only (R12).</param>
public sealed record Offer(
    ShopItem Item, CampaignTerms? Campaign, int TeamSize, long MemberFen, long LeaderFen, long SoloFen, bool InTeams);

/// <summary>Offers as they are now. A few reads of the engine each; the campaigns themselves are kept by it alone.</summary>
public sealed class Offers(MatchingEngine engine, Catalogue catalogue, IOptions<MatchingOptions> options)
{
    /// <summary>The offer of one item.</summary>
    public async Task<Offer> OfAsync(ShopItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Of(item, (await CampaignsOfAsync(item.Merchant)).FirstOrDefault(terms => terms.Item == item.Id));
    }

    /// <summary>The offers of all items, in the catalogue's order.</summary>
    public async Task<IReadOnlyList<Offer>> AllAsync()
    {
        Dictionary<long, CampaignTerms> byItem = [];
        foreach (ShopMerchant merchant in catalogue.Merchants)
        {
            foreach (CampaignTerms terms in await CampaignsOfAsync(merchant.Id))
            {
                byItem[terms.Item] = terms;
            }
        }

        return [.. catalogue.Items.Select(item => Of(item, byItem.GetValueOrDefault(item.Id)))];
    }

    /// <summary>A merchant's live campaigns.</summary>
    public async Task<IReadOnlyList<CampaignTerms>> CampaignsOfAsync(long merchant)
    {
        List<CampaignTerms> live = [];
        foreach (long campaign in await engine.LiveCampaignsOfAsync(merchant))
        {
            // One that ended between the two reads is no longer live.
            if (await engine.FindCampaignAsync(campaign) is { Enabled: true } terms)
            {
                live.Add(terms);
            }
        }

        return live;
    }

    /// <summary>
    /// Whether teams may buy the item at all (R12). The engine asks this of campaigns; the default terms are the shop's to keep back.
    /// </summary>
    public bool InTeams(ShopItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return !options.Value.Control.ClosedCategories.Contains(item.Category, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What a piece costs now.</summary>
    public async Task<long> PriceAsync(ShopItem item, BuyAs buyAs)
    {
        ArgumentNullException.ThrowIfNull(item);
        return await engine.QuoteAsync(item.Id, buyAs, 1, ReadOnlyMemory<Discount>.Empty) is { } quote ? quote.PaysFen
            : buyAs == BuyAs.Solo ? item.SoloPriceFen : item.GroupPriceFen;
    }

    /// <summary>
    /// What a piece costs in a team that is there: its own price, frozen when it opened (R34), or the catalogue's under default terms.
    /// </summary>
    public static long PriceIn(ShopItem item, long teamPriceFen)
    {
        ArgumentNullException.ThrowIfNull(item);
        return teamPriceFen == 0 ? item.GroupPriceFen : teamPriceFen;
    }

    /// <summary>
    /// The price that "any team" asks for (R4): the campaign's while it is live, else that of the team nearest to forming, so that what is
    /// paid is what the seat costs. 0 for default terms.
    /// </summary>
    public async Task<long> PriceOfAnyAsync(ShopItem item)
    {
        Offer offer = await OfAsync(item);
        return offer.Campaign is { } campaign
            ? campaign.GroupPriceFen
            : (await engine.OpenTeamsAsync(item.Id, 1)) is [{ } nearest] ? nearest.Price : 0;
    }

    private Offer Of(ShopItem item, CampaignTerms? terms) => terms is null
        ? new Offer(item, null, options.Value.Book.TeamSize, item.GroupPriceFen, item.GroupPriceFen, item.SoloPriceFen, InTeams(item))
        : new Offer(item, terms, terms.TeamSize, terms.GroupPriceFen, terms.LeaderPaysFen, terms.SoloPriceFen, InTeams(item));
}
