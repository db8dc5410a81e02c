namespace Matching.Storage;

/// <summary>How threads share the processors.</summary>
public static class ThreadPriorities
{
    /// <summary>
    /// Lets the calling thread run where others leave room. .NET's own priorities do nothing on Linux, whose threads have a niceness each.
    /// </summary>
    public static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            Posix.GiveWay();
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }
}
