using System.Runtime.InteropServices;

namespace Matching.Load.Measure;

/// <summary>The calling thread's share of the processors. .NET's own priorities do nothing on Linux.</summary>
internal static partial class ThreadPriority
{
    private const int OfProcess = 0;
    private const int Highest = -20;
    private const int Ordinary = 0;
    private const int FirstInFirstOut = 1;
    private const int None = 0;
    private const int Lowest = 1;

    /// <summary>
    /// Lets the calling thread run the moment it is ready, where the system allows it: on Linux that takes root, or CAP_SYS_NICE. It must
    /// sleep most of the time. A thread that is only ahead of others by its niceness still waits, for milliseconds, until the one at work
    /// has had its slice.
    /// </summary>
    public static void RunAtOnce()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(OfProcess, 0, Highest);
            _ = SetScheduler(0, FirstInFirstOut, Lowest);
        }
    }

    /// <summary>Puts the calling thread back among the others, only ahead of them: it no longer sleeps most of the time.</summary>
    public static void RunAhead()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetScheduler(0, Ordinary, None);
        }
    }

    /// <summary>The same, on one processor, from 0 to 63.</summary>
    public static void RunAtOnce(int processor)
    {
        if (OperatingSystem.IsLinux())
        {
            // Where it is not allowed the thread measures whatever processor it runs on.
            _ = SetAffinity(0, sizeof(ulong), 1UL << processor);
        }

        RunAtOnce();
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, in ulong processors);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
