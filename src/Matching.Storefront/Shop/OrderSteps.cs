namespace Matching.Storefront.Shop;

/// <summary>
/// What happened to orders: the newest steps of all of them, in memory of a fixed size, each with the way to the one before of its order.
/// </summary>
/// <param name="most">How many are kept, from 1.</param>
internal sealed class OrderSteps(int most)
{
    private readonly Kept[] _ring = new Kept[most];
    private readonly Dictionary<(long Item, long Order), long> _last = [];
    private long _count;

    /// <summary>Orders of which a step is kept.</summary>
    public int Orders => _last.Count;

    public void Add(long item, long order, OrderStep step)
    {
        ref Kept place = ref _ring[_count % most];
        if (_count >= most && _last.GetValueOrDefault(place.Of, -1) == _count - most)
        {
            // The newest step of its order makes room: nothing of that one is left.
            _last.Remove(place.Of);
        }

        place = new Kept((item, order), step, _last.GetValueOrDefault((item, order), -1));
        _last[(item, order)] = _count++;
    }

    /// <summary>What is kept of an order, oldest first.</summary>
    public IReadOnlyList<OrderStep> Of(long item, long order)
    {
        List<OrderStep> steps = [];
        for (long at = _last.GetValueOrDefault((item, order), -1); at >= 0 && at >= _count - most; at = _ring[at % most].Before)
        {
            steps.Insert(0, _ring[at % most].Step);
        }

        return steps;
    }

    private record struct Kept((long Item, long Order) Of, OrderStep Step, long Before);
}
