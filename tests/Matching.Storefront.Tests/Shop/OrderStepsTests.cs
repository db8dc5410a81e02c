using Matching.Core;
using Matching.Storefront.Shop;

namespace Matching.Storefront.Tests.Shop;

/// <summary>What is kept of what happened to orders is the end of it, in memory that does not grow.</summary>
public sealed class OrderStepsTests
{
    [Fact]
    public void The_newest_steps_are_kept_each_with_its_own_order_and_an_order_without_any_is_forgotten()
    {
        const int Most = 50;
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var steps = new OrderSteps(Most);
            var all = new List<(long Order, OrderStep Step)>();
            for (int i = 0; i < 300; i++)
            {
                long order = random.Next(1, 30);
                var step = new OrderStep(EventKind.SeatTaken, At: i, RefundCause.None, Amount: 0, Until: 0);
                steps.Add(7, order, step);
                all.Add((order, step));

                IEnumerable<(long Order, OrderStep Step)> kept = all.TakeLast(Most);
                Assert.Equal(kept.Where(one => one.Order == order).Select(one => one.Step), steps.Of(7, order));
                Assert.Equal(kept.Select(one => one.Order).Distinct().Count(), steps.Orders);
            }

            Assert.Empty(steps.Of(8, all[^1].Order));
        }
    }
}
