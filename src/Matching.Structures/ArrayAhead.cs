using System.Runtime.CompilerServices;

namespace Matching.Structures;

/// <summary>
/// A large array that will be wanted soon: made, and its memory taken from the system page by page, by workers of the pool, so that the
/// shard waits for neither. Load: a page of 2 MB with every 32,768 orders, and while an index grows one with every 8,192. A system hands
/// one out in 0.1 ms; a virtual machine whose host has to find it first was measured at 8 to 12 ms, for which the shard stood still: at
/// 446,000 joins a second, with a third of the processors idle, that alone made a p99 of 20 to 220 ms. The array may be in use before all
/// of its pages are taken. Rejected: all of it as the array is made (the same wait, at once), a thread of its own (it would sleep for all
/// but a few milliseconds a second).
/// </summary>
internal sealed class ArrayAhead<T> : IThreadPoolWorkItem
    where T : unmanaged
{
    // What a worker takes before others have their turn.
    private const long StepBytes = 2 << 20;

    private readonly int _length;
    private T[]? _array;
    private long _taken;
    private int _begun;

    /// <summary>One that no worker knows of.</summary>
    internal ArrayAhead(int length) => _length = length;

    /// <summary>Orders an array; null where it is so small that it may as well be made when it is wanted.</summary>
    public static ArrayAhead<T>? Order(int length)
    {
        if (!LargePages.Pay<T>(length))
        {
            return null;
        }

        var ahead = new ArrayAhead<T>(length);
        ThreadPool.UnsafeQueueUserWorkItem(ahead, preferLocal: false);
        return ahead;
    }

    /// <summary>The array, all zero; made now if no worker came to it. Once, on any thread.</summary>
    public T[] Take() =>
        (Interlocked.Exchange(ref _begun, 1) == 0 ? null : Volatile.Read(ref _array)) ?? LargePages.Array<T>(_length);

    void IThreadPoolWorkItem.Execute()
    {
        if (WorkOn())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Makes the array, or takes some more of its memory. By one thread at a time.</summary>
    /// <returns>Whether there is more to do.</returns>
    internal bool WorkOn()
    {
        if (_array is null)
        {
            if (Interlocked.Exchange(ref _begun, 1) != 0)
            {
                return false;
            }

            Volatile.Write(ref _array, LargePages.Array<T>(_length));
        }

        long bytes = (long)_length * Unsafe.SizeOf<T>();
        long end = Math.Min(_taken + StepBytes, bytes);
        LargePages.Take(_array, _taken, end);
        _taken = end;
        return end < bytes;
    }
}
