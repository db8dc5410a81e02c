using System.Diagnostics;
using Matching.Core;
using Matching.Load.Measure;
using Matching.Load.Plan;
using Matching.Load.Targets;

namespace Matching.Load.Tests;

public sealed class PlanTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Inject_plans_its_rate_evenly()
    {
        double[] times = Times(LoadSimulation.Inject(100, Second, 2 * Second));
        Assert.Equal(200, times.Length);
        Assert.All(Enumerable.Range(0, 200), k => Assert.Equal(k / 100.0, times[k], 9));
    }

    [Fact]
    public void A_ramp_goes_from_the_rate_before_it_to_its_own()
    {
        double[] times = Times(LoadSimulation.Inject(100, Second, Second), LoadSimulation.RampingInject(300, Second, 2 * Second),
            LoadSimulation.RampingInject(0, Second, Second));
        Assert.Equal(100 + 400 + 150, times.Length);
        Assert.True(times.Zip(times.Skip(1)).All(pair => pair.First <= pair.Second));

        // Half-way up the rate is 200: 100 + 150 requests lie before.
        Assert.Equal(100 + 150, times.Count(time => time < 2.0), 1.0);
        Assert.InRange(times[^1], 3, 4);
    }

    [Fact]
    public void The_same_number_is_the_same_join_and_the_hot_item_takes_its_share()
    {
        var traffic = new JoinTraffic(seed: 7, items: 1_000, skew: 0, hotPercent: 25);
        var again = new JoinTraffic(seed: 7, items: 1_000, skew: 0, hotPercent: 25);
        Command[] joins = [.. Enumerable.Range(0, 20_000).Select(k => traffic.Join(k))];
        Assert.All(Enumerable.Range(0, 200), k => Assert.Equal(joins[k], again.Join(k)));
        Assert.Equal(20_000, joins.Select(join => join.Order).Distinct().Count());
        Assert.InRange(joins.Count(join => join.Item == 1), 4_500, 5_600);
    }

    [Fact]
    public async Task A_stall_of_the_target_counts_in_full_for_every_request_planned_in_it()
    {
        // 1,000 requests are planned in 0.1 s; none is answered before the last is sent and the target let go.
        var target = new StalledTarget(1_000);
        var timeline = new Timeline(Second);
        var gun = new OpenLoopSender(target, k => new Command { Order = k + 1 }, timeline);
        await gun.FireAsync(
            new Scenario("stall", TimeSpan.Zero, [LoadSimulation.Inject(10_000, Second, Second / 10)]), CancellationToken.None);

        LatencyHistogram latency = timeline.Seconds[0].Latency;
        Assert.Equal(1_000, latency.Count);
        Assert.Equal(1_000, gun.Sent);

        // The first waited through all of the plan, which a generator that waits for answers would never see: it would have sent one.
        Assert.True(latency.Max >= 99_000_000, $"the longest was {latency.Max} ns");
        Assert.True(latency.Quantile(0.5) >= 49_000_000, $"the median was {latency.Quantile(0.5)} ns");
    }

    [Fact]
    public async Task A_stall_of_the_generator_counts_too_where_a_measure_from_the_actual_send_would_miss_it()
    {
        // The first call holds the sending thread until every planned time has passed; the rest go out at once and are answered at once.
        var timeline = new Timeline(Second);
        var gun = new OpenLoopSender(new HoldingTarget(Second / 10), k => new Command { Order = k + 1 }, timeline);
        await gun.FireAsync(
            new Scenario("hold", TimeSpan.Zero, [LoadSimulation.Inject(10_000, Second, Second / 10)]), CancellationToken.None);

        Assert.True(CountsTheStall(timeline.Seconds[0].Latency));

        // Planted: the same requests, measured from when they went out.
        Assert.False(CountsTheStall(timeline.FromSend));
        Assert.True(timeline.Slips.Quantile(0.5) >= 49_000_000);

        static bool CountsTheStall(LatencyHistogram latency) => latency.Count == 1_000 && latency.Quantile(0.5) >= 49_000_000;
    }

    // Where nothing caught it, it ended the process that ran the load.
    [Fact]
    public async Task A_target_that_throws_instead_of_answering_ends_the_run_with_what_it_threw()
    {
        var gun = new OpenLoopSender(new ThrowingTarget(), k => new Command { Order = k + 1 }, new Timeline(Second));
        Task firing = gun.FireAsync(
            new Scenario("throw", TimeSpan.Zero, [LoadSimulation.Inject(10, Second, TimeSpan.FromHours(1))]), CancellationToken.None);
        Assert.Equal("planted", (await Assert.ThrowsAsync<InvalidOperationException>(() => firing)).Message);
    }

    [Fact]
    public void What_is_sent_in_the_warm_up_is_counted_nowhere()
    {
        var timeline = new Timeline(Second);
        timeline.Begin(Stopwatch.Frequency);
        timeline.Sent(Stopwatch.Frequency - 1, Stopwatch.Frequency);
        timeline.Answered(
            Stopwatch.Frequency - 1, Stopwatch.Frequency, Stopwatch.Frequency * 2, new Answer { Outcome = Outcome.Joined, Ok = true });
        Assert.All(timeline.Seconds, second => Assert.Equal(0, second.Planned + second.Accepted + second.Latency.Count));
        timeline.Sent(Stopwatch.Frequency, Stopwatch.Frequency);
        timeline.Answered(Stopwatch.Frequency, Stopwatch.Frequency, Stopwatch.Frequency * 2, new Answer { Outcome = Outcome.Busy });
        Assert.Equal(1, timeline.Seconds[0].Planned);
        Assert.Equal(1, timeline.Seconds[1].Busy);
        Assert.Equal(0, timeline.Seconds[0].Latency.Count);
    }

    private static double[] Times(params LoadSimulation[] simulations)
    {
        var schedule = new Schedule(simulations);
        var times = new List<double>();
        while (schedule.TryNext(out double seconds))
        {
            times.Add(seconds);
        }

        Assert.Equal(schedule.Count, times.Count);
        return [.. times];
    }

    private sealed class HoldingTarget(TimeSpan hold) : ITarget
    {
        private bool _held;

        public ValueTask<Answer> SendAsync(in Command command)
        {
            for (long start = Stopwatch.GetTimestamp(); !_held && Stopwatch.GetElapsedTime(start) < hold;)
            {
                Thread.SpinWait(100);
            }

            _held = true;
            return ValueTask.FromResult(new Answer { Outcome = Outcome.Joined, Ok = true });
        }

        public ValueTask<long> CountOpenTeamsAsync() => ValueTask.FromResult(-1L);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class ThrowingTarget : ITarget
    {
        public ValueTask<Answer> SendAsync(in Command command) => ThrowAsync();

        private static async ValueTask<Answer> ThrowAsync()
        {
            await Task.Yield();
            throw new InvalidOperationException("planted");
        }

        public ValueTask<long> CountOpenTeamsAsync() => ValueTask.FromResult(-1L);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class StalledTarget(int requests) : ITarget
    {
        private readonly TaskCompletionSource<Answer> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sent;

        public ValueTask<Answer> SendAsync(in Command command)
        {
            if (++_sent == requests)
            {
                _all.SetResult(new Answer { Outcome = Outcome.Joined, Ok = true });
            }

            return new ValueTask<Answer>(_all.Task);
        }

        public ValueTask<long> CountOpenTeamsAsync() => ValueTask.FromResult(-1L);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
