using System.Threading.RateLimiting;
using Matching.Kit.Engine;
using Matching.Storefront.Api;

namespace Matching.Storefront.Tests.Api;

/// <summary>Each caller has a bucket of his own that fills while time passes; who is full is forgotten.</summary>
public sealed class CallerRatesTests
{
    private const int Burst = 5;
    private const int PerSecond = 10;

    // Of the stepped clock, whose ticks are milliseconds.
    private const int Each = 1_000 / PerSecond;
    private const int Fill = Burst * Each;

    private readonly SteppedTime _time = new(0);

    [Fact]
    public void A_burst_is_granted_then_one_more_is_refused_for_exactly_so_long_as_it_says()
    {
        using var rates = Rates();
        for (int i = 0; i < Burst; i++)
        {
            Assert.True(Ask(rates, "lin"));
            _time.Pass(1);
        }

        using RateLimitLease refused = rates.AttemptAcquire("lin");
        Assert.False(refused.IsAcquired);
        Assert.Equal([MetadataName.RetryAfter.Name], refused.MetadataNames);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
        Assert.Equal(TimeSpan.FromMilliseconds(Each - Burst), wait);
        _time.Pass((long)wait.TotalMilliseconds - 1);
        Assert.False(Ask(rates, "lin"));
        _time.Pass(1);
        Assert.True(Ask(rates, "lin"));
        Assert.False(Ask(rates, "lin"));
    }

    [Fact]
    public void Callers_are_counted_apart_and_what_is_nobodys_not_at_all()
    {
        using var rates = new CallerRates<string>(_time, Burst, PerSecond, caller => caller == "file" ? null : caller);
        for (int i = 0; i < Burst; i++)
        {
            Ask(rates, "lin");
        }

        Assert.False(Ask(rates, "lin"));
        Assert.True(Ask(rates, "wang"));
        for (int i = 0; i < 10 * Burst; i++)
        {
            Assert.True(Ask(rates, "file"));
        }

        Assert.Equal(2, rates.Callers);
    }

    /// <summary>Times from one tick to several fillings, so that generations change places between any two requests.</summary>
    [Fact]
    public void Every_answer_is_that_of_a_bucket_which_is_never_forgotten()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var time = new SteppedTime(0);
            using var rates = new CallerRates<string>(time, Burst, PerSecond, caller => caller);
            var model = new Dictionary<string, (long Credit, long At)>(StringComparer.Ordinal);
            for (int step = 0; step < 500; step++)
            {
                time.Pass(random.Next(4) == 0 ? random.Next(3 * Fill) : random.Next(Each / 2));
                string caller = "buyer " + random.Next(4);
                int permits = random.Next(1, 3);
                (long credit, long at) = model.GetValueOrDefault(caller, (Fill, 0));
                credit = Math.Min(Fill, credit + time.GetTimestamp() - at);
                bool granted = credit >= permits * Each;

                using RateLimitLease lease = rates.AttemptAcquire(caller, permits);

                Assert.Equal((seed, step, granted), (seed, step, lease.IsAcquired));
                Assert.Equal(!granted, lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait));
                Assert.Equal(granted ? 0 : (permits * Each) - credit, (long)wait.TotalMilliseconds);
                model[caller] = (granted ? credit - (permits * Each) : credit, time.GetTimestamp());
            }
        }
    }

    [Fact]
    public void Callers_whose_buckets_are_full_are_forgotten()
    {
        using var rates = Rates();
        for (int i = 0; i < 1_000; i++)
        {
            Ask(rates, "buyer " + i);
        }

        Assert.Equal(1_000, rates.Callers);
        for (int generation = 0; generation < 2; generation++)
        {
            _time.Pass(Fill + 1);
            Ask(rates, "lin");
        }

        Assert.Equal(1, rates.Callers);
    }

    [Fact]
    public async Task Nobody_waits_and_more_than_a_burst_is_never_granted()
    {
        using var rates = Rates();
        Assert.Throws<ArgumentOutOfRangeException>(() => rates.AttemptAcquire("lin", Burst + 1));
        using RateLimitLease all = await rates.AcquireAsync("lin", Burst);
        ValueTask<RateLimitLease> more = rates.AcquireAsync("lin");
        Assert.True(more.IsCompleted);
        using RateLimitLease refused = await more;
        Assert.Equal((true, false), (all.IsAcquired, refused.IsAcquired));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await rates.AcquireAsync("lin", 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Many_threads_get_a_callers_burst_and_not_one_more()
    {
        const int Many = 200_000;
        const int Threads = 4;
        using var rates = new CallerRates<string>(_time, Many, PerSecond, caller => caller);
        using var together = new Barrier(Threads);
        int[] granted = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return Enumerable.Range(0, Many).Count(_ => Ask(rates, "lin"));
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(Many, granted.Sum());
    }

    private CallerRates<string> Rates() => new(_time, Burst, PerSecond, caller => caller);

    private static bool Ask(CallerRates<string> rates, string caller)
    {
        using RateLimitLease lease = rates.AttemptAcquire(caller);
        return lease.IsAcquired;
    }
}
