using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

/// <summary>Models of a shop's own that follow the durable events (R38): who asks finds what he was answered.</summary>
public sealed class FollowerTests
{
    [Fact]
    public void A_model_has_what_its_reader_was_answered_before()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            SteppedEngine rig = SteppedEngine.Open(seed: seed);
            JournalFollower<List<Event>> bought = Buyers(rig);
            Pending<bool> seen = new(BuyAndLook(rig.Engine, bought));
            rig.Loops.RunUntilIdle();
            Assert.True(seen.Value);
            Assert.Equal((20, 0), (bought.Position, bought.Lag));
            rig.Close();
        }
    }

    [Fact]
    public void A_model_that_starts_late_has_everything_from_where_it_begins()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Buy(rig, 1);
        Buy(rig, 2);
        JournalFollower<List<Event>> all = Buyers(rig);
        JournalFollower<List<Event>> later = Buyers(rig, from: 1);
        Assert.Equal([1L, 2L], rig.Run(all.ReadAsync(Orders)));
        Assert.Equal([2L], rig.Run(later.ReadAsync(Orders)));
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => Buyers(rig, from: 3));
        Assert.Contains("fromSequence is 3; allowed is 0", refused.Message, StringComparison.Ordinal);
        rig.Close();
    }

    [Fact]
    public void What_a_model_throws_ends_the_model_and_not_the_engine()
    {
        SteppedEngine rig = SteppedEngine.Open();
        JournalFollower<List<Event>> broken = rig.Engine.Follow<List<Event>>(
            "the broken index", [], (_, journaled) => throw new InvalidOperationException($"no {journaled.Event.Order}"));
        JournalFollower<List<Event>> sound = Buyers(rig);
        Buy(rig, 7);
        MatchingUnavailableException refused =
            Assert.Throws<MatchingUnavailableException>(() => rig.Run(broken.ReadAsync(Orders)));
        Assert.Equal("the broken index cannot be read until the next start: no 7", refused.Message);
        Assert.Equal("no 7", broken.Broken?.Message);
        Buy(rig, 8);
        Assert.Equal([7L, 8L], rig.Run(sound.ReadAsync(Orders)));
        Assert.Null(sound.Broken);
        rig.Close();
    }

    [Fact]
    public void What_a_read_throws_goes_to_its_caller_alone()
    {
        SteppedEngine rig = SteppedEngine.Open();
        JournalFollower<List<Event>> bought = Buyers(rig);
        Buy(rig, 7);
        Assert.Throws<FormatException>(() => rig.Run(bought.ReadAsync<int>(_ => throw new FormatException())));
        Assert.Equal([7L], rig.Run(bought.ReadAsync(Orders)));
        Assert.Equal(0, rig.Engine.Health.RequestsInFlight);
        rig.Close();
    }

    [Fact]
    public void A_closed_engine_takes_no_reads_and_no_followers()
    {
        SteppedEngine rig = SteppedEngine.Open();
        JournalFollower<List<Event>> bought = Buyers(rig);
        Buy(rig, 7);
        rig.Close();
        Assert.Throws<ObjectDisposedException>(() => { _ = bought.ReadAsync(Orders).AsTask(); });
        Assert.Throws<MatchingUnavailableException>(() => Buyers(rig));
        Assert.Equal(1, bought.Position);
    }

    private static JournalFollower<List<Event>> Buyers(SteppedEngine rig, long from = 0) =>
        rig.Engine.Follow<List<Event>>("the buyers", [], static (events, journaled) => events.Add(journaled.Event), from);

    private static long[] Orders(List<Event> events) => [.. events.Select(e => e.Order)];

    private static async Task<bool> BuyAndLook(MatchingEngine engine, JournalFollower<List<Event>> bought)
    {
        bool seen = true;
        for (long order = 1; order <= 20; order++)
        {
            await engine.SoloBuyAsync(new SoloBuyRequest(1, 9, order)).ConfigureAwait(false);
            seen &= await bought.ReadAsync(events => events.Count).ConfigureAwait(false) == order;
        }

        return seen;
    }

    private static void Buy(SteppedEngine rig, long order) =>
        Assert.True(rig.Execute(new Command { Operation = Operation.SoloBuy, Item = 1, Buyer = 9, Order = order }).Ok);
}
