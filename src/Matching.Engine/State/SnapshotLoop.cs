using Matching.Core;
using Matching.Engine.Ledger;
using Matching.Storage;

namespace Matching.Engine.State;

/// <summary>
/// Takes snapshots beside the running engine, on a loop of low priority. Load: gigabytes of state, some snapshots an hour at most, and no
/// join may wait for them. Chosen: a second copy of the state, built as recovery builds it (newest snapshot, then the journal up to a
/// durable block), saved and let go; so shards know nothing of snapshots, and each one is a rehearsal of the next start. Its price is the
/// state's memory a second time while it lasts, and a core's share. Rejected: copy-on-write of the rows (a branch in every write of a
/// join), slices between batches (a state of no one moment, to be mended by the journal's rest), fork (not to be had).
/// </summary>
internal sealed class SnapshotLoop(
    MatchingOptions options, IJournal journal, SnapshotStore store, SnapshotScheduler desk, TaskScheduler scheduler, ClosedOrders? closed)
{
    /// <summary>Where it runs, lanes included.</summary>
    public TaskScheduler Scheduler => scheduler;

    public async Task RunAsync()
    {
        desk.CheckDue();
        while (await desk.Asked.WaitToReadAsync().ConfigureAwait(true))
        {
            while (desk.Asked.TryRead(out TaskCompletionSource<SnapshotTaken>? asked))
            {
                await desk.RunAsync(asked, BuildAsync).ConfigureAwait(true);
            }
        }
    }

    private async Task<SnapshotTaken> BuildAsync(long target)
    {
        long startedAt = options.TimeProvider.GetTimestamp();
        Books books = options.NewBooks(1, evicts: closed is not null);
        var lanes = new ReplayWorkers(books, _ => scheduler, disposeSchedulers: false);
        await using (lanes.ConfigureAwait(true))
        {
            long from = await LoadNewestAsync(lanes).ConfigureAwait(true);
            using IJournalReader reader = journal.Read(from);
            await lanes.ReplayAsync(reader, target, static (_, _) => { }, desk.Ending).ConfigureAwait(true);
        }

        return desk.Save(books, target, startedAt, closed?.OldestPosition ?? long.MaxValue);
    }

    // What recovery passed over it has set aside, so the newest is whole, or was damaged since: then this snapshot fails, and says so.
    private async Task<long> LoadNewestAsync(ReplayWorkers lanes)
    {
        if (desk.LastSequence == 0)
        {
            return journal.FirstSequence == 0 ? 0 : throw new EventsGoneException(0, journal.FirstSequence);
        }

        using Snapshot snapshot = store.Open(desk.LastSequence);
        await lanes.LoadAsync(snapshot, desk.Ending).ConfigureAwait(true);
        return snapshot.Header.Sequence;
    }
}
