using System.Runtime.InteropServices;

namespace Matching.Load.Measure;

/// <summary>The calling thread's share of the processors. .NET's own priorities do nothing on Linux.</summary>
internal static partial class ThreadPriority
{
    private const int OfProcess = 0;
    private const int Highest = -20;

    /// <summary>Puts the calling thread ahead of others, where the system lets it: on Linux that takes root, or CAP_SYS_NICE.</summary>
    /// <returns>False when it stays as it was.</returns>
    public static bool Raise() => OperatingSystem.IsLinux() && SetPriority(OfProcess, 0, Highest) == 0;

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
