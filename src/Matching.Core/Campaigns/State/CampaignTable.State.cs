using System.Runtime.InteropServices;
using System.Text;

namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class CampaignTable
{
    /// <summary>Whether there is anything that layout 1 has no place for.</summary>
    public bool HasRegistered => _items.Values.Any(IsRegistered);

    /// <summary>
    /// Of what was registered or handed over (R45): how many items, and for each its id, its category in 64-bit words behind its length in
    /// bytes, and the merchants it was with.
    /// </summary>
    public void SaveRegistered(StateWriter to)
    {
        to.Put(_items.Values.Count(IsRegistered));
        foreach ((long item, ItemRecord known) in _items.Where(entry => IsRegistered(entry.Value)))
        {
            byte[] category = Encoding.UTF8.GetBytes(known.Category);
            to.Put(item, category.Length);
            category.CopyTo(MemoryMarshal.AsBytes(to.Rows<long>(WordsOf(category.Length))));
            to.Put(known.Former.Length);
            to.Put(known.Former.AsSpan());
        }
    }

    /// <summary>Loads what <see cref="SaveRegistered"/> wrote, behind the items.</summary>
    public void LoadRegistered(ref StateReader from)
    {
        for (int items = from.TakeInt(); items > 0; items--)
        {
            long item = from.Take();
            int length = from.TakeInt();
            string category = Encoding.UTF8.GetString(MemoryMarshal.AsBytes(from.Rows<long>(WordsOf(length)))[..length]);
            long[] former = [.. from.Rows<long>(from.TakeInt())];
            _items[item] = _items.TryGetValue(item, out ItemRecord? known)
                ? known with { Category = category, Former = ImmutableCollectionsMarshal.AsImmutableArray(former) }
                : throw StateReader.Damaged();
        }
    }

    private static bool IsRegistered(ItemRecord known) => known.Category.Length != 0 || !known.Former.IsEmpty;

    private static int WordsOf(int bytes) => (bytes + sizeof(long) - 1) / sizeof(long);

    public void Save(StateWriter to)
    {
        to.Put(NextCampaign, _merchants.Count);
        foreach ((long merchant, MerchantFacts facts) in _merchants)
        {
            to.Put(merchant, (long)facts.Kind, (long)facts.Tools);
        }

        to.Put(_campaigns.Count);
        foreach (CampaignTerms terms in _campaigns.Values)
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
            CampaignTerms terms = TermsState.Load(ref from);
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
