using Microsoft.Win32.SafeHandles;

namespace Matching.Host.Run;

/// <summary>
/// Standard output that tells when its reader is gone. .NET's console stream takes a broken pipe for success, so a client that closed its
/// end would leave the program deciding commands that nobody hears of.
/// </summary>
internal static class StandardOutput
{
    /// <summary>Opens it. Writing to a pipe or socket without a reader throws <see cref="IOException"/>.</summary>
    public static Stream Open()
    {
        if (!OperatingSystem.IsWindows())
        {
            var raw = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!raw.CanSeek)
            {
                return raw;
            }

            // A regular file has no reader to lose. Written by position, it would not move the place that other programs go on from.
            raw.Dispose();
        }

        return Console.OpenStandardOutput();
    }
}
