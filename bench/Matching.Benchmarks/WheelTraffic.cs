using Matching.Structures;

namespace Matching.Benchmarks;

/// <summary>A million members pending, due within a day; each turn one is cancelled and scheduled anew.</summary>
internal sealed class WheelTraffic
{
    public const int Members = 1 << 20;
    private const int Recent = 1 << 12;
    private const long Start = 1_700_000_000_000;
    private const long DayMs = 86_400_000;

    private readonly WheelLink[] _links = new WheelLink[Members + 1];
    private readonly TimingWheel<Links> _wheel;
    private readonly PriorityQueue<int, long> _queue = new(Members * 2);
    private readonly Queue<(int Slot, long DueMs)> _fifo = new(Members);
    private long _now = Start;
    private uint _turn;

    public WheelTraffic()
    {
        _wheel = new TimingWheel<Links>(new Links(_links));
        for (int slot = 1; slot <= Members; slot++)
        {
            long due = Start + (slot * DayMs / Members);
            _wheel.Schedule(slot, due);
            _queue.Enqueue(slot, due);
            _fifo.Enqueue((slot, due));
        }
    }

    /// <summary>Members stand in no order of time: each turn takes another one.</summary>
    public void Wheel(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            int slot = Draw();
            _wheel.Cancel(slot);
            _wheel.Schedule(slot, _now++ + DayMs);
        }

        if (_wheel.Count != Members)
        {
            throw new InvalidOperationException($"the wheel has {_wheel.Count} members of {Members}");
        }
    }

    /// <summary>
    /// Teams that form soon after they opened: each turn cancels the member scheduled a few thousand turns ago, and schedules it anew.
    /// </summary>
    public void WheelOfRecent(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            int slot = 1 + (int)(_turn++ % Recent);
            _wheel.Cancel(slot);
            _wheel.Schedule(slot, _now++ + DayMs);
        }

        if (_wheel.Count != Members)
        {
            throw new InvalidOperationException($"the wheel has {_wheel.Count} members of {Members}");
        }
    }

    /// <summary>A heap can't cancel: its best is to let the entry surface, so a turn is one in and one out.</summary>
    public void Queue(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            _queue.EnqueueDequeue(Draw(), _now++ + DayMs);
        }

        if (_queue.Count != Members)
        {
            throw new InvalidOperationException($"the queue has {_queue.Count} members of {Members}");
        }
    }

    /// <summary>One in at the end, one out at the front.</summary>
    public void Fifo(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            _fifo.Enqueue((_fifo.Dequeue().Slot, _now++ + DayMs));
        }

        if (_fifo.Count != Members)
        {
            throw new InvalidOperationException($"the queue has {_fifo.Count} members of {Members}");
        }
    }

    /// <summary>A timer made for a day and disposed of.</summary>
    public static void Timers(int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            using var timer =
                new Timer(static _ => throw new InvalidOperationException("a timer of a day fell due"), null, DayMs, Timeout.Infinite);
        }
    }

    private int Draw() => 1 + (int)((_turn++ * 2654435769u) >> 12);

    private readonly struct Links(WheelLink[] links) : IWheelRows
    {
        public ref WheelLink Link(int slot) => ref links[slot];
    }
}
