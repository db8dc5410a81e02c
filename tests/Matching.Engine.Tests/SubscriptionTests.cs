using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class SubscriptionTests
{
    [Fact]
    public void A_reader_follows_the_journal_in_order_and_ends_when_the_engine_closes()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 2);
        rig.Join(1, 1, 1);
        List<JournaledEvent> seen = [];
        Task reading = Read(rig.Engine.ReadEventsAsync(0), seen, int.MaxValue);
        for (int i = 2; i <= 20; i++)
        {
            rig.Join(i, i, i);
            Assert.Equal(i, seen.Count);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), seen.Select(e => e.Sequence));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), seen.Select(e => e.Event.Order));
        Assert.False(reading.IsCompleted);
        rig.Close();
        Assert.True(reading.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_reader_may_begin_anywhere_and_be_cancelled_while_it_waits()
    {
        SteppedEngine rig = SteppedEngine.Open();
        for (int i = 1; i <= 9; i++)
        {
            rig.Join(i, i, i);
        }

        using var cancel = new CancellationTokenSource();
        List<JournaledEvent> seen = [];
        Task reading = Read(rig.Engine.ReadEventsAsync(7, cancel.Token), seen, int.MaxValue);
        rig.Loops.RunUntilIdle();
        Assert.Equal([7L, 8L], seen.Select(e => e.Sequence));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        rig.Close();
    }

    [Fact]
    public void Events_not_acknowledged_come_again()
    {
        SteppedEngine rig = SteppedEngine.Open();
        for (int i = 1; i <= 9; i++)
        {
            rig.Join(i, i, i);
        }

        Subscription subscription = rig.Run(rig.Engine.SubscribeAsync("ship"));
        List<JournaledEvent> seen = [];
        _ = Read(subscription, seen, 5);
        rig.Run(subscription.AckAsync(2));
        Assert.Equal((3L, 6L), (subscription.Position, subscription.Lag));
        rig.Run(subscription.AckAsync(1));
        Assert.Equal(3, subscription.Position);
        rig.Run(subscription.DisposeAsync());

        Subscription again = rig.Run(rig.Engine.SubscribeAsync("ship", SubscriptionStart.Now));
        List<JournaledEvent> rest = [];
        _ = Read(again, rest, 6);
        rig.Loops.RunUntilIdle();
        Assert.Equal([3L, 4L, 5L, 6L, 7L, 8L], rest.Select(e => e.Sequence));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = again.AckAsync(9).AsTask(); });
        rig.Close();
    }

    [Fact]
    public void A_new_subscription_may_begin_now_and_keeps_that_place()
    {
        SteppedEngine rig = SteppedEngine.Open();
        rig.Join(1, 1, 1);
        Subscription subscription = rig.Run(rig.Engine.SubscribeAsync("news", SubscriptionStart.Now));
        Assert.Equal(1, subscription.Position);
        rig.Run(subscription.DisposeAsync());
        rig.Join(2, 2, 2);
        Assert.Equal(1, rig.Run(rig.Engine.SubscribeAsync("news", SubscriptionStart.Now)).Position);
        rig.Close();
    }

    [Fact]
    public void A_name_is_used_by_one_at_a_time()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Subscription subscription = rig.Run(rig.Engine.SubscribeAsync("one"));
        Assert.Throws<InvalidOperationException>(() => rig.Run(rig.Engine.SubscribeAsync("one")));
        Assert.Throws<ObjectDisposedException>(() =>
        {
            rig.Run(subscription.DisposeAsync());
            rig.Run(subscription.AckAsync(0));
        });
        Assert.Equal("one", rig.Run(rig.Engine.SubscribeAsync("one")).Name);
        rig.Close();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("../up")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void A_name_that_is_no_plain_file_name_is_refused(string name)
    {
        SteppedEngine rig = SteppedEngine.Open();
        Assert.Throws<ArgumentException>(() => rig.Run(rig.Engine.SubscribeAsync(name)));
        Assert.Throws<ArgumentException>(() => rig.Run(rig.Engine.SubscribeAsync(new string('x', 65))));
        rig.Close();
    }

    [Fact]
    public void A_subscription_too_far_behind_is_lapsed_and_told_the_way_on()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { MaxSubscriptionLag = 5 });
        Subscription subscription = rig.Run(rig.Engine.SubscribeAsync("slow"));
        for (int i = 1; i <= 5; i++)
        {
            rig.Join(i, i, i);
        }

        Assert.False(subscription.IsLapsed);
        rig.Join(6, 6, 6);
        Assert.True(subscription.IsLapsed);
        Task reading = Read(subscription, [], 1);
        SubscriptionLapsedException lapsed = Assert.Throws<SubscriptionLapsedException>(reading.GetAwaiter().GetResult);
        Assert.Contains("RestartAsync", lapsed.Message, StringComparison.Ordinal);
        rig.Run(subscription.RestartAsync());
        List<JournaledEvent> seen = [];
        _ = Read(subscription, seen, 1);
        rig.Join(7, 7, 7);
        Assert.Equal(7, Assert.Single(seen).Event.Order);
        rig.Close();
    }

    internal static async Task Read(IAsyncEnumerable<JournaledEvent> events, List<JournaledEvent> to, int count)
    {
        await foreach (JournaledEvent e in events.ConfigureAwait(false))
        {
            to.Add(e);
            if (to.Count == count)
            {
                return;
            }
        }
    }
}

/// <summary>Refunds are delivered from what is owed, at least once, until they are acknowledged (R37).</summary>
public sealed class RefundDeliveryTests
{
    private static readonly TimeSpan Retry = TimeSpan.FromMinutes(5);

    [Fact]
    public void Refunds_come_oldest_first_the_earlier_ones_of_a_late_consumer_too_R37()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 3);
        Owe(rig, 5);
        List<RefundView> seen = [];
        _ = Read(rig.Engine.RefundsAsync(Retry), seen);
        rig.Loops.RunUntilIdle();
        Assert.Equal([1L, 2L, 3L, 4L, 5L], seen.Select(r => r.Order));
        Owe(rig, 7);
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 7L], seen.Select(r => r.Order));
        Assert.Equal(rig.Run(rig.Engine.RefundsOwedAsync(100)), seen);
        rig.Close();
    }

    [Fact]
    public void Only_what_is_not_acknowledged_comes_again_and_only_after_the_delay_R37()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Owe(rig, 4);
        List<RefundView> seen = [];
        _ = Read(rig.Engine.RefundsAsync(Retry), seen);
        rig.Loops.RunUntilIdle();
        foreach (long order in new[] { 1L, 3L, 4L })
        {
            Assert.Equal(Outcome.Refunded, rig.Run(rig.Engine.RefundDoneAsync(order, order)).Outcome);
        }

        seen.Clear();
        rig.Time.Pass((long)Retry.TotalMilliseconds - 1);
        rig.Loops.RunUntilIdle();
        Assert.Empty(seen);
        for (int times = 1; times <= 3; times++)
        {
            rig.Time.Pass((long)Retry.TotalMilliseconds);
            rig.Loops.RunUntilIdle();
            Assert.Equal(times, seen.Count(r => r.Order == 2));
        }

        Assert.All(seen, refund => Assert.Equal(2, refund.Order));
        rig.Close();
    }

    [Fact]
    public void Failing_refunds_hold_up_no_other_R37()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Owe(rig, 300);
        List<RefundView> seen = [];
        _ = Pay(rig.Engine, seen, succeeds: order => order % 3 == 0);
        rig.Loops.RunUntilIdle();
        Assert.Equal(300, seen.Select(r => r.Order).Distinct().Count());
        Assert.Equal(200, rig.Run(rig.Engine.CountAsync()).RefundOwed);
        Owe(rig, 303);
        Assert.Equal(303, seen[^1].Order);
        rig.Close();
    }

    [Fact]
    public void A_delay_that_is_not_above_0_is_refused()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = rig.Engine.RefundsAsync(TimeSpan.Zero); });
        rig.Close();
    }

    /// <summary>Solo orders 1 … count, each owed back since a second after the one before.</summary>
    private static void Owe(SteppedEngine rig, int count)
    {
        long first = rig.Run(rig.Engine.CountAsync()) is var counts ? counts.RefundOwed + counts.Refunded + 1 : 1;
        for (long i = first; i <= count; i++)
        {
            rig.Time.Pass(1_000);
            rig.Execute(new Command { Operation = Operation.SoloBuy, Item = i, Order = i, Buyer = i, Amount = i });
            rig.Execute(new Command { Operation = Operation.RequestRefund, Item = i, Order = i });
            rig.Execute(new Command { Operation = Operation.ApproveRefund, Item = i, Order = i });
        }
    }

    private static async Task Read(IAsyncEnumerable<RefundView> refunds, List<RefundView> to)
    {
        await foreach (RefundView refund in refunds.ConfigureAwait(false))
        {
            to.Add(refund);
        }
    }

    private static async Task Pay(MatchingEngine engine, List<RefundView> seen, Func<long, bool> succeeds)
    {
        await foreach (RefundView refund in engine.RefundsAsync(Retry).ConfigureAwait(false))
        {
            seen.Add(refund);
            if (succeeds(refund.Order))
            {
                await engine.RefundDoneAsync(refund.Item, refund.Order, refund.Key).ConfigureAwait(false);
            }
        }
    }
}
