using Matching.Core;
using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>R19: what orders ever were, beside the events that say so.</summary>
public sealed class CountsTests
{
    [Fact]
    public void What_orders_ever_were_is_what_the_events_say() => Campaign.Run(Math.Max(200, Campaign.Programs / 4), script =>
    {
        var run = Run.Of(script);
        run.Book.Sweep(run.Now, int.MaxValue);
        foreach ((long item, IReadOnlyList<Event> events) in run.Items)
        {
            Dictionary<long, int> sizes = events.Where(e => e.Kind == EventKind.TeamOpened).ToDictionary(e => e.Team, e => (int)e.Size);
            long Of(EventKind kind) => events.Count(e => e.Kind == kind);
            var said = (
                events.Where(e => e.Kind == EventKind.TeamFormed).Sum(e => sizes[e.Team]), Of(EventKind.Shipped), Of(EventKind.SoloBought));
            Counts counts = run.Book.CountItem(item, run.Now);
            if (said != (counts.OrdersFormed, counts.OrdersShipped, counts.OrdersBought))
            {
                return $"R19: of item {item}, {said} orders were formed, shipped and bought, and the book counts {Show.Counts(counts)}";
            }
        }

        return null;
    });
}
