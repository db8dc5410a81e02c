using System.Collections.Immutable;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <content>Saving and loading what a book knows of campaigns: a campaign is of one item, so it lies in one partition.</content>
public sealed partial class Book
{
    private int CountOffers(ReadOnlySpan<int> items)
    {
        int offers = 0;
        foreach (int item in items)
        {
            offers += _items[item].Offer != 0 ? 1 : 0;
        }

        return offers;
    }

    private void SaveOffers(ReadOnlySpan<int> items, StateWriter to)
    {
        for (int i = 0; i < items.Length; i++)
        {
            if (_items[items[i]].Offer != 0)
            {
                ItemSchedule schedule = _offers[_items[items[i]].Offer].Schedule;
                to.Put(i + 1, schedule.DecidedAtMs, (long)schedule.Kind, schedule.Terms is null ? 0 : 1);
                if (schedule.Terms is { } terms)
                {
                    TermsState.Save(terms, to);
                }

                to.Put(schedule.Promotions.Length);
                foreach (Promotion sale in schedule.Promotions)
                {
                    to.Put(sale.Id, (long)sale.Kind, sale.StartMs, sale.EndMs);
                }
            }
        }
    }

    private void LoadCampaigns(int count, ref StateReader from)
    {
        for (int i = 0; i < count; i++)
        {
            (long id, long merchant) = (from.Take(), from.Take());
            int slot = CampaignSlot(id, merchant);
            Invariant(slot == _campaigns.Count - 1, $"campaign {id} is loaded twice");
            _campaigns[slot].Load(ref from);
        }
    }

    private bool HaveWideSums(ReadOnlySpan<int> campaigns)
    {
        foreach (int campaign in campaigns)
        {
            if (_campaigns[campaign].WideSums > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void SaveWideSums(ReadOnlySpan<int> campaigns, StateWriter to)
    {
        foreach (int campaign in campaigns)
        {
            _campaigns[campaign].SaveWideSums(to);
        }
    }

    private void LoadWideSums(in LoadedRows loaded, ref StateReader from)
    {
        for (int i = 0; i < loaded.Head.Campaigns; i++)
        {
            _campaigns[loaded.FirstCampaign + i].LoadWideSums(ref from);
        }
    }

    /// <summary>What rows take of quotas, and which terms open teams have, is not written: it follows from them (R42).</summary>
    private void CountLoadedSeats(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Orders.Length; i++)
        {
            int order = loaded.FirstOrder + i;
            CountSeats(_orders[order].Campaign, SeatsOf(order));
        }

        for (int i = 0; i < loaded.Teams.Length; i++)
        {
            ref TeamRow row = ref _teams[loaded.FirstTeam + i];
            if (row.State != TeamState.Open)
            {
                continue;
            }

            CountSeats(_terms[row.Terms].Campaign, row.Size);
            if (_items[row.Item].Offer != 0)
            {
                _offers[_items[row.Item].Offer].CountOpen(row.Terms, 1);
            }
        }
    }

    private void LoadOffers(int count, in LoadedRows loaded, ref StateReader from)
    {
        for (int i = 0; i < count; i++)
        {
            int item = loaded.Item(from.TakeInt());
            long decidedAtMs = from.Take();
            var kind = (MerchantKind)from.Take();
            CampaignTerms? terms = from.Take() == 0 ? null : TermsState.Load(ref from);
            var sales = new Promotion[from.TakeInt()];
            for (int sale = 0; sale < sales.Length; sale++)
            {
                sales[sale] = new Promotion(from.Take(), (PromotionKind)from.Take(), from.Take(), from.Take());
            }

            int campaign = terms is null ? 0 : _campaignSlots[terms.Campaign];
            _items[item].Offer = _offers.Count;
            _offers.Add(new ItemCampaign
            {
                Schedule = new ItemSchedule(
                    _items[item].Id, decidedAtMs, kind, terms, ImmutableArray.Create(sales))
                { Merchant = _merchantOf(_items[item].Id) },
                Campaign = campaign,
                Opens = terms is null ? default : OpenedUnder(terms, campaign),
            });
        }
    }
}
