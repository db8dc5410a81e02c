using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace Matching.Storefront.Api;

/// <summary>
/// How much each caller may ask: so many requests at once, so many a second over time (a token bucket that fills continuously). Any thread.
/// <para>
/// Its load is hundreds of thousands of callers a minute, most of whom ask once. So a caller is one number, the moment his bucket is full
/// again, and who is full is forgotten without anyone looking for him: callers live in two generations that change places once a bucket has
/// had the time to fill, and who was asked for in neither is full. Rejected: the partitions of the framework's limiter. Every 0.1 s they go
/// through all callers of the last ten seconds and more, and list them anew under the lock each request takes: at 4,000 requests a second
/// of as many buyers that was 9 % of two processors, 18 ms at a time.
/// </para>
/// </summary>
/// <param name="time">The clock; only its timestamps are read.</param>
/// <param name="burst">Requests a caller may send at once, from 1.</param>
/// <param name="perSecond">Requests that a second gives back, from 1.</param>
/// <param name="callerOf">Whose a request is; null for one that is not counted.</param>
internal sealed class CallerRates<TRequest>(TimeProvider time, int burst, int perSecond, Func<TRequest, string?> callerOf)
    : PartitionedRateLimiter<TRequest>
{
    private static readonly Lease Granted = new(wait: null);

    // In the clock's ticks; rounded up, so that a second never gives back more than it may.
    private readonly long _ticksEach = (time.TimestampFrequency + perSecond - 1) / perSecond;
    private Generations _callers = new([], [], time.GetTimestamp());

    /// <summary>How many callers are remembered.</summary>
    public int Callers => _callers.Current.Keys.Union(_callers.Previous.Keys, StringComparer.Ordinal).Count();

    private long TicksToFill => _ticksEach * burst;

    /// <summary>None: what one caller has left is told by asking.</summary>
    public override RateLimiterStatistics? GetStatistics(TRequest resource) => null;

    protected override RateLimitLease AttemptAcquireCore(TRequest resource, int permitCount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permitCount, burst);
        if (callerOf(resource) is not { } caller)
        {
            return Granted;
        }

        long now = time.GetTimestamp();
        long wait = BucketOf(caller, now).Take(now, _ticksEach * permitCount, TicksToFill);
        return wait <= 0 ? Granted
            : new Lease(TimeSpan.FromTicks((long)Math.Ceiling(wait * ((double)TimeSpan.TicksPerSecond / time.TimestampFrequency))));
    }

    /// <summary>Nobody waits here: one too many is refused.</summary>
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TRequest resource, int permitCount, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<RateLimitLease>(cancellationToken)
            : ValueTask.FromResult(AttemptAcquireCore(resource, permitCount));

    private Bucket BucketOf(string caller, long now)
    {
        while (true)
        {
            Generations callers = Generation(now);
            Bucket bucket = callers.Current.TryGetValue(caller, out Bucket? found)
                ? found
                : callers.Current.GetOrAdd(caller, callers.Previous.GetValueOrDefault(caller) ?? new Bucket());

            // Had the generations changed places meanwhile, another thread could have missed this bucket and made a second one.
            if (callers == Volatile.Read(ref _callers))
            {
                return bucket;
            }
        }
    }

    private Generations Generation(long now)
    {
        Generations callers = Volatile.Read(ref _callers);
        if (now - callers.Since <= TicksToFill)
        {
            return callers;
        }

        // Of several that come here at once one makes the new generation, and all go on with it.
        var next = new Generations([], callers.Current, now);
        Generations there = Interlocked.CompareExchange(ref _callers, next, callers);
        return there == callers ? next : there;
    }

    private sealed class Generations(
        ConcurrentDictionary<string, Bucket> current, ConcurrentDictionary<string, Bucket> previous, long since)
    {
        public ConcurrentDictionary<string, Bucket> Current { get; } = current;

        public ConcurrentDictionary<string, Bucket> Previous { get; } = previous;

        public long Since { get; } = since;
    }

    private sealed class Bucket
    {
        private long _fullAt = long.MinValue;

        /// <summary>Takes so much, or nothing if it is not there: then how long until it would be.</summary>
        public long Take(long now, long amount, long whole)
        {
            while (true)
            {
                long was = Volatile.Read(ref _fullAt);
                long fullAt = Math.Max(was, now) + amount;
                if (fullAt - now > whole)
                {
                    return fullAt - now - whole;
                }

                if (Interlocked.CompareExchange(ref _fullAt, fullAt, was) == was)
                {
                    return 0;
                }
            }
        }
    }

    private sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
            return metadata is not null;
        }
    }
}
