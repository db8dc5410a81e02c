using Matching.Structures;

namespace Matching.Core.Campaigns;

/// <content>Applying: the only place where state changes.</content>
public sealed partial class ControlBook
{
    /// <summary>Changes the state by one event that was journaled. Recovery calls it in journal order. It asks no option and no
    /// clock.</summary>
    public void Apply(ControlEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        switch (e.Kind)
        {
            case ControlEventKind.MerchantSet:
                ApplyMerchant(e);
                break;
            case ControlEventKind.CampaignPublished or ControlEventKind.CampaignChanged
                or ControlEventKind.CampaignEnded or ControlEventKind.CampaignDeleted:
                ApplyCampaign(e);
                break;
            case ControlEventKind.PromotionSet or ControlEventKind.PromotionRemoved
                or ControlEventKind.BigDaySet or ControlEventKind.BigDayRemoved:
                ApplyPromotion(e);
                break;
            case ControlEventKind.ActivityListed:
                _chats.List(e.Chat, e.Activity!);
                break;
            case ControlEventKind.ActivityWithdrawn or ControlEventKind.ActivityEnded:
                _chats.TakeOff(e.Chat, e.Activity!.Kind, e.Activity.Id);
                break;
            case ControlEventKind.VenueSet or ControlEventKind.VenueRemoved
                or ControlEventKind.VenueApplied or ControlEventKind.VenueWithdrawn:
                ApplyVenue(e);
                break;
            default:
                throw new InvariantException($"no event of kind {(byte)e.Kind} is known");
        }

        _requests.Remember(e);
        Now = Math.Max(Now, e.At);
    }

    private void ApplyMerchant(ControlEvent e)
    {
        if (_campaigns.SetMerchant(e.Merchant, e.Facts!))
        {
            _touched.UnionWith(_campaigns.ItemsOf(e.Merchant));
        }
    }

    private void ApplyCampaign(ControlEvent e)
    {
        switch (e.Kind)
        {
            case ControlEventKind.CampaignPublished:
                _campaigns.Publish(e.Terms!);
                _prices.Offer(e.Terms!, e.At);
                break;
            case ControlEventKind.CampaignChanged:
                _campaigns.Change(e.Terms!);
                _prices.Offer(e.Terms!, e.At);
                break;
            case ControlEventKind.CampaignEnded:
                _campaigns.End(e.Campaign, e.At);
                StopOffering(e);
                break;
            default:
                _campaigns.Delete(e.Campaign);
                StopOffering(e);
                break;
        }

        _touched.Add(e.Item);
    }

    private void StopOffering(ControlEvent e)
    {
        _chats.CampaignEnded(e.Campaign);
        _venues.CampaignEnded(e.Campaign);
        _prices.Cut(e.Item, e.Campaign, e.At);
    }

    private void ApplyPromotion(ControlEvent e)
    {
        switch (e.Kind)
        {
            case ControlEventKind.PromotionSet:
                _promotions.Set(e.Item, e.Promotion!, e.At);
                _touched.Add(e.Item);
                break;
            case ControlEventKind.PromotionRemoved:
                _promotions.Remove(e.Item, e.Promotion!.Id);
                _touched.Add(e.Item);
                break;
            case ControlEventKind.BigDaySet:
                _promotions.Set(e.BigDay!, e.At);
                _calendarTouched = true;
                break;
            default:
                _promotions.RemoveBigDay(e.BigDay!.Id);
                _calendarTouched = true;
                break;
        }
    }

    private void ApplyVenue(ControlEvent e)
    {
        switch (e.Kind)
        {
            case ControlEventKind.VenueSet:
                _venues.Set(e.Venue, e.Plan!);
                break;
            case ControlEventKind.VenueRemoved:
                _venues.Remove(e.Venue);
                break;
            case ControlEventKind.VenueApplied:
                _venues.Apply(e.Venue, e.Campaign);
                break;
            default:
                _venues.Withdraw(e.Venue, e.Campaign);
                break;
        }
    }
}
