using Matching.Engine;
using Matching.Host.Cli;

namespace Matching.Host.Replay;

/// <summary>Reads a replay's events back from where it began.</summary>
internal static class LedgerReading
{
    /// <summary>Feeds a ledger with the events of a replay that has been answered whole.</summary>
    /// <param name="engine">The engine; nothing else is being asked of it.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="fromSequence">Position of the replay's first event.</param>
    /// <param name="meter">Told how many events were read.</param>
    public static async Task FeedAsync(MatchingEngine engine, Ledger ledger, long fromSequence, Meter meter)
    {
        long end = engine.Health.DurableSequence;
        if (fromSequence == end)
        {
            return;
        }

        meter.SetTotal(end - fromSequence);
        await foreach (JournaledEvent journaled in engine.ReadEventsAsync(fromSequence).ConfigureAwait(false))
        {
            ledger.Take(journaled.Event);
            if ((journaled.Sequence & 0xFFFF) == 0)
            {
                meter.Report(journaled.Sequence - fromSequence);
            }

            if (journaled.Sequence >= end - 1)
            {
                return;
            }
        }
    }
}
