using System.Runtime.InteropServices;

namespace Matching.Engine;

/// <summary>
/// Commands and reads taken in and not yet answered, with their bound. All callers and the journal loop write one counter, so
/// it sits on cache lines of its own. Any thread.
/// </summary>
internal sealed class InFlight(int bound)
{
    private Padded _padded;
    private volatile bool _closed;

    public int Bound => bound;

    public long Count => Volatile.Read(ref _padded.Count);

    /// <summary>Told when the count came back to 0 after <see cref="Close"/>; may be told more than once.</summary>
    public Action? OnDrained { get; set; }

    /// <summary>Takes in <paramref name="n"/> or none.</summary>
    /// <returns>False when they do not fit under the bound.</returns>
    public bool TryEnter(int n)
    {
        if (Interlocked.Add(ref _padded.Count, n) <= bound)
        {
            return true;
        }

        Leave(n);
        return false;
    }

    /// <summary>Takes in regardless of the bound: what the engine itself asks, and barriers.</summary>
    public void Enter(int n) => Interlocked.Add(ref _padded.Count, n);

    public void Leave(int n)
    {
        if (Interlocked.Add(ref _padded.Count, -n) == 0 && _closed)
        {
            OnDrained?.Invoke();
        }
    }

    /// <summary>
    /// From here on new commands are refused. A caller counts itself first and looks at this second; the closer writes this
    /// first and looks at the count second: either the caller sees it closed or the closer sees the caller.
    /// </summary>
    public void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
    }

    public bool Closed => _closed;

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Padded
    {
        [FieldOffset(128)]
        public long Count;
    }
}
