using Matching.Engine;

namespace Matching.Host.Run;

/// <summary>Says on the error output how far a long recovery is: after the first second, once a second.</summary>
internal sealed class RecoveryNotice(TextWriter to, TimeProvider time) : IProgress<RecoveryProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private long _last = time.GetTimestamp();

    public void Report(RecoveryProgress value)
    {
        if (time.GetElapsedTime(_last) < Every)
        {
            return;
        }

        _last = time.GetTimestamp();
        to.WriteLine(string.Create(null, $"recovering: {value.Events:N0} of {value.Total:N0} events"));
    }
}
