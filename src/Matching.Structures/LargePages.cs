using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Structures;

/// <summary>
/// Large arrays of plain values on large pages of memory. Load: gigabytes of rows and index entries, new ones touched with
/// every join, old ones at random. With pages of 4 KB each random look costs a walk through the page tables as well, and each
/// 64 joins or so wait for the system to give out a page; with pages of 2 MB neither does. The system is asked (Linux:
/// madvise), and where it says no everything works as before. Rejected: the runtime's own large pages (the administrator has to set
/// them aside at boot), memory outside the runtime's heap (nothing would keep it alive while a ref into it is in use).
/// </summary>
internal static partial class LargePages
{
    private const nint PageBytes = 2 << 20;
    private const int AdviseLargePages = 14;
    private const int SmallPageBytes = 4_096;

    /// <summary>Whether so long an array holds large pages.</summary>
    public static bool Pay<T>(int length)
        where T : unmanaged => (long)length * Unsafe.SizeOf<T>() >= 2 * PageBytes;

    /// <summary>A pinned array, all zero, on large pages when it holds some of them.</summary>
    public static unsafe T[] Array<T>(int length)
        where T : unmanaged
    {
        T[] array = GC.AllocateArray<T>(length, pinned: true);
        if (OperatingSystem.IsLinux() && Pay<T>(length))
        {
            nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
            nint end = start + ((nint)length * Unsafe.SizeOf<T>());
            nint first = (start + PageBytes - 1) & -PageBytes;

            // Only advice: what it answers changes nothing.
            _ = Advise(first, (end & -PageBytes) - first, AdviseLargePages);
        }

        return array;
    }

    /// <summary>
    /// Takes the memory of a part of an array from the system, page by page, by adding nothing to a word of each, atomically: others may
    /// write there meanwhile.
    /// </summary>
    /// <param name="array">Large enough to be pinned.</param>
    /// <param name="from">Its first byte to be taken.</param>
    /// <param name="to">The byte behind the last.</param>
    public static void Take<T>(T[] array, long from, long to)
        where T : unmanaged
    {
        Span<long> words = MemoryMarshal.Cast<T, long>(array.AsSpan());
        for (to = Math.Min(to, (long)words.Length * sizeof(long)); from < to; from += SmallPageBytes)
        {
            Interlocked.Add(ref words[(int)(from / sizeof(long))], 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint bytes, int advice);
}
