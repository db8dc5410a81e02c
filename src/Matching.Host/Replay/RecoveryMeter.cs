using Matching.Engine;
using Matching.Host.Cli;

namespace Matching.Host.Replay;

/// <summary>Shows how far a recovery is.</summary>
internal sealed class RecoveryMeter(Meter meter) : IProgress<RecoveryProgress>
{
    public void Report(RecoveryProgress value)
    {
        meter.SetTotal(value.Total);
        meter.Report(value.Events);
    }
}
