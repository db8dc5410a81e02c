namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class CampaignTable
{
    public void Save(StateWriter to)
    {
        to.Put(NextCampaign, _merchants.Count);
        foreach ((long merchant, MerchantFacts facts) in _merchants)
        {
            to.Put(merchant, (long)facts.Kind, (long)facts.Tools);
        }

        to.Put(_campaigns.Count);
        foreach (EffectiveTerms terms in _campaigns.Values)
        {
            TermsState.Save(terms, to);
        }

        to.Put(_items.Count);
        foreach ((long item, ItemRecord known) in _items)
        {
            to.Put(item, known.Campaign, known.Merchant, known.LastEndMs ?? -1);
        }
    }

    public void Load(ref StateReader from)
    {
        long next = from.Take();
        for (int merchants = from.TakeInt(); merchants > 0; merchants--)
        {
            _merchants.Add(from.Take(), new MerchantFacts((MerchantKind)from.Take(), (PrivateTraffic)from.Take()));
        }

        for (int campaigns = from.TakeInt(); campaigns > 0; campaigns--)
        {
            EffectiveTerms terms = TermsState.Load(ref from);
            if (terms.Enabled)
            {
                Publish(terms);
            }
            else
            {
                _campaigns.Add(terms.Campaign, terms);
            }
        }

        for (int items = from.TakeInt(); items > 0; items--)
        {
            SetItem(from.Take(), new ItemRecord(from.Take(), from.Take(), from.Take() is >= 0 and var endMs ? endMs : null));
        }

        NextCampaign = next;
    }
}
