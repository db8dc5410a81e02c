using Matching.Core;

namespace Matching.Engine.Hosting;

/// <summary>
/// How many commands came to which outcome. Load: millions a second on a shard's loop, read a few times a minute. Chosen: one
/// plain array a shard, written by its loop alone. Rejected: a Counter with tags (a dictionary look-up and a lock or
/// interlocked step for every command while somebody listens).
/// Counts what was decided; what a failed write then takes back (R38) stays counted, and the engine has stopped.
/// </summary>
internal sealed class CommandTally
{
    private const int Operations = (int)Operation.RefundDone + 1;
    private const int Slots = 128;

    /// <summary>The slot of repeats (R35), whatever their outcome: they changed nothing.</summary>
    private const int Repeated = Slots - 1;

    private readonly long[] _counts = new long[Operations * Slots];

    /// <summary>Counts an answer. One thread only.</summary>
    public void Count(Operation operation, in Answer answer) =>
        _counts[((int)operation * Slots) + (answer.Repeated ? Repeated : (int)answer.Outcome)]++;

    /// <summary>Counts answers of one outcome. Any thread.</summary>
    public void CountShared(Operation operation, Outcome outcome) =>
        Interlocked.Increment(ref _counts[((int)operation * Slots) + (int)outcome]);

    /// <summary>Adds everything counted to a sum. Any thread.</summary>
    public void AddTo(Dictionary<(Operation Operation, string Outcome), long> sum)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            long count = Volatile.Read(ref _counts[i]);
            if (count != 0)
            {
                int slot = i % Slots;
                var key = ((Operation)(i / Slots), slot == Repeated ? nameof(Repeated) : ((Outcome)slot).ToString());
                sum[key] = sum.GetValueOrDefault(key) + count;
            }
        }
    }
}
