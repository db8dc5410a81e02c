using System.Runtime.InteropServices;

namespace Matching.Load.Measure;

/// <summary>The calling thread's share of the processors. .NET's own priorities do nothing on Linux.</summary>
internal static partial class ThreadPriority
{
    private const int OfProcess = 0;
    private const int Highest = -20;
    private const int FirstInFirstOut = 1;
    private const int LowestOfThose = 1;

    /// <summary>Puts the calling thread ahead of others, where the system lets it: on Linux that takes root, or CAP_SYS_NICE.</summary>
    /// <returns>False when it stays as it was.</returns>
    public static bool Raise() => OperatingSystem.IsLinux() && SetPriority(OfProcess, 0, Highest) == 0;

    /// <summary>
    /// Binds the calling thread to a processor and lets it run there the moment it is ready, where the system allows both; else it goes ahead of others.
    /// A thread that is only ahead still waits, for milliseconds, until the one at work has had its slice.
    /// </summary>
    /// <param name="processor">From 0; up to 63.</param>
    public static void RunAtOnce(int processor)
    {
        if (!OperatingSystem.IsLinux() || SetAffinity(0, sizeof(ulong), 1UL << processor) != 0 || SetScheduler(0, FirstInFirstOut, LowestOfThose) != 0)
        {
            Raise();
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, in ulong processors);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
