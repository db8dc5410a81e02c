using Matching.Core.Campaigns;

namespace Matching.Storefront.Shop;

/// <summary>
/// What campaigns meet: sales (R14), big promotions (R15), chat groups (R18), venues (R20). The engine answers for each by its id; which
/// there are is read off its events. The follower's thread alone touches it.
/// </summary>
internal sealed class Programme
{
    private readonly SortedDictionary<(long Item, long Id), Promotion> _sales = [];
    private readonly SortedDictionary<long, BigDay> _days = [];
    private readonly SortedSet<long> _venues = [];
    private readonly SortedSet<(long Chat, long Campaign)> _chats = [];

    public IReadOnlyList<(long Item, Promotion Sale)> Sales(long nowMs) =>
        [.. _sales.Where(sale => sale.Value.EndMs > nowMs).Select(sale => (sale.Key.Item, sale.Value))];

    public IReadOnlyList<BigDay> Days(long nowMs) => [.. _days.Values.Where(day => day.EndMs > nowMs)];

    public IReadOnlyList<long> Venues() => [.. _venues];

    /// <summary>Campaigns listed in chat groups.</summary>
    public IReadOnlyList<(long Chat, long Campaign)> Chats() => [.. _chats];

    public void Apply(ControlEvent e)
    {
        switch (e.Kind)
        {
            case ControlEventKind.PromotionSet:
                _sales[(e.Item, e.Promotion!.Id)] = e.Promotion;
                break;
            case ControlEventKind.PromotionRemoved:
                _sales.Remove((e.Item, e.Promotion!.Id));
                break;
            case ControlEventKind.BigDaySet:
                _days[e.BigDay!.Id] = e.BigDay;
                break;
            case ControlEventKind.BigDayRemoved:
                _days.Remove(e.BigDay!.Id);
                break;
            case ControlEventKind.VenueSet:
                _venues.Add(e.Venue);
                break;
            case ControlEventKind.VenueRemoved:
                _venues.Remove(e.Venue);
                break;
            case ControlEventKind.ActivityListed when e.Activity!.Kind == ActivityKind.GroupBuy:
                _chats.Add((e.Chat, e.Activity.Id));
                break;
            case ControlEventKind.ActivityWithdrawn or ControlEventKind.ActivityEnded when e.Activity!.Kind == ActivityKind.GroupBuy:
                _chats.Remove((e.Chat, e.Activity.Id));
                break;
            default:
                break;
        }
    }
}
