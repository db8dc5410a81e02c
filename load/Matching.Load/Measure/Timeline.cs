using System.Diagnostics;
using Matching.Core;

namespace Matching.Load.Measure;

/// <summary>One second of a run.</summary>
internal sealed class Second
{
    /// <summary>Of the requests planned in it that were accepted or refused by a rule: time from the planned send to the answer.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Requests planned in it.</summary>
    public long Planned;

    /// <summary>Answers that came in it: accepted.</summary>
    public long Accepted;

    /// <summary>Answers that came in it: refused by a rule.</summary>
    public long Refused;

    /// <summary>Answers that came in it: Busy.</summary>
    public long Busy;

    /// <summary>Requests that ended in it without an answer.</summary>
    public long Failed;

    /// <summary>Open teams at its end; −1 where nobody looked.</summary>
    public long OpenTeams = -1;
}

/// <summary>What happened when. Seconds count from the end of the warm-up, whose requests are left out. Any thread.</summary>
internal sealed class Timeline
{
    private const int DrainSeconds = 120;

    private readonly Second[] _seconds;
    private long _startedAt = long.MaxValue;

    /// <summary>Makes one for a run of so many counted seconds.</summary>
    public Timeline(TimeSpan during)
    {
        Planned = Math.Max(1, (int)Math.Ceiling(during.TotalSeconds));
        _seconds = [.. Enumerable.Range(0, Planned + DrainSeconds).Select(_ => new Second())];
    }

    /// <summary>Counted seconds planned.</summary>
    public int Planned { get; }

    /// <summary>How much later than planned requests were sent, the generator's own fault.</summary>
    public LatencyHistogram Slips { get; } = new();

    /// <summary>
    /// Time from the actual send to the answer, of the same requests as the latencies: what the generator's slips are not part of.
    /// </summary>
    public LatencyHistogram FromSend { get; } = new();

    /// <summary>The planned seconds, and those after them in which answers still came.</summary>
    public IReadOnlyList<Second> Seconds
    {
        get
        {
            int used = Planned;
            for (int i = Planned; i < _seconds.Length; i++)
            {
                if (_seconds[i].Accepted + _seconds[i].Refused + _seconds[i].Busy + _seconds[i].Failed > 0)
                {
                    used = i + 1;
                }
            }

            return _seconds[..used];
        }
    }

    /// <summary>Says when counting starts, in ticks of the stopwatch.</summary>
    public void Begin(long startedAt) => Volatile.Write(ref _startedAt, startedAt);

    /// <summary>A request went out.</summary>
    public void Sent(long plannedAt, long sentAt)
    {
        if (Find(plannedAt) is { } second)
        {
            Interlocked.Increment(ref second.Planned);
            Slips.Record(Nanoseconds(sentAt - plannedAt));
        }
    }

    /// <summary>A request was answered; None for one that ended without an answer.</summary>
    public void Answered(long plannedAt, long sentAt, long answeredAt, in Answer answer)
    {
        if (Find(plannedAt) is not { } planned || Find(answeredAt) is not { } second)
        {
            return;
        }

        switch (answer.Outcome)
        {
            case Outcome.Busy:
                Interlocked.Increment(ref second.Busy);
                return;
            case Outcome.None or Outcome.Unavailable or Outcome.LowDisk:
                Interlocked.Increment(ref second.Failed);
                return;
            default:
                Interlocked.Increment(ref answer.Ok ? ref second.Accepted : ref second.Refused);
                planned.Latency.Record(Nanoseconds(answeredAt - plannedAt));
                FromSend.Record(Nanoseconds(answeredAt - sentAt));
                return;
        }
    }

    /// <summary>Somebody counted the open teams.</summary>
    public void Saw(long at, long openTeams)
    {
        if (Find(at) is { } second)
        {
            second.OpenTeams = openTeams;
        }
    }

    private Second? Find(long at)
    {
        long since = at - Volatile.Read(ref _startedAt);
        return since < 0 ? null : _seconds[Math.Min(_seconds.Length - 1, since / Stopwatch.Frequency)];
    }

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));
}
