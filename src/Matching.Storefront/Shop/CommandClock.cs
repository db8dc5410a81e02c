using System.Diagnostics.Metrics;
using Matching.Core;

namespace Matching.Storefront.Shop;

/// <summary>Measures how long the engine takes to answer the desks: from asking to durable.</summary>
public sealed class CommandClock
{
    public const string MeterName = "Matching.Storefront";
    public const string DurationName = "storefront.command.duration";

    private readonly TimeProvider _time;
    private readonly Histogram<double> _duration;

    public CommandClock(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        _duration = meters.Create(MeterName).CreateHistogram<double>(DurationName, "s", "From asking the engine to its durable answer");
    }

    /// <summary>Asks, and measures the wait.</summary>
    public async Task<Reply> TimeAsync(Func<ValueTask<Answer>> ask)
    {
        long start = _time.GetTimestamp();
        Answer answer = await ask();
        _duration.Record(_time.GetElapsedTime(start).TotalSeconds);
        return new Reply(answer);
    }
}
