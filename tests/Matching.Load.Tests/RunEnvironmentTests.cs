using Matching.Core;
using Matching.Engine;
using Matching.Load.Measure;
using Matching.Load.Targets;

namespace Matching.Load.Tests;

public sealed class SurroundingsTests
{
    [Fact]
    public async Task What_goes_on_in_the_warm_up_is_left_out()
    {
        var target = new EngineTarget(await MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true, Lists = false }));
        await using (target)
        {
            using var around = RunEnvironment.Begin(target, TimeSpan.FromHours(1));
            await JoinAsync(target, 1, 3);
            around.Restart();
            await JoinAsync(target, 4, 2);

            var result = new RunResult("test", "five joins, three of them in the warm-up");
            around.TellTo(result);
            Assert.Equal("2, 1",
                result.Facts.Single(fact => string.Equals(fact.Name, "journal writes, commands a write", StringComparison.Ordinal)).Value);
        }
    }

    private static async Task JoinAsync(EngineTarget target, int first, int count)
    {
        for (int order = first; order < first + count; order++)
        {
            Assert.True((await target.SendAsync(
                new Command { Operation = Operation.QuickJoin, Item = 7, Buyer = order, Order = order, Amount = 1990 })).Ok);
        }
    }
}
