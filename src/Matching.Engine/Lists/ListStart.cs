using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Engine.Lists;

/// <summary>
/// Where the lists begin: at the snapshot that the engine started from, or at the first event.
/// </summary>
internal sealed class ListStart(SnapshotStore? store, long snapshotSequence)
{
    /// <summary>
    /// Takes the orders of the snapshot, a partition at a time: what is asked meanwhile waits, as it does for the journal.
    /// </summary>
    public async Task<long> LoadAsync(OrderLists lists)
    {
        if (snapshotSequence == 0)
        {
            return 0;
        }

        using Snapshot snapshot = store!.Open(snapshotSequence);
        byte[] buffer = [];
        foreach (int section in snapshot.Sections)
        {
            if (section < BookOptions.Partitions)
            {
                Book.ReadOrders(snapshot.Read(section, ref buffer).Span, lists.Load);
                await Task.Yield();
            }
        }

        return snapshotSequence;
    }

    /// <summary>Takes in a block of events; of a closed team that is reopened, the orders that the snapshot had left out.</summary>
    public static void Apply(OrderLists lists, long sequence, int count, ReadOnlyMemory<byte> events)
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> encoded = events;
            Event e = Recovery.Read(ref events, sequence + i, out ControlEvent? control);
            if (e.Kind == EventKind.Reopened)
            {
                Reopen(lists, Family.Read(RecordEvent.RecordOf(encoded.Span).ToArray()));
            }
            else if (control is null && e.Kind != EventKind.Closed)
            {
                lists.Apply(e);
            }
        }
    }

    private static void Reopen(OrderLists lists, Family family)
    {
        foreach (long order in family.OrderIds)
        {
            if (lists.Lacks(family.Item, order) && family.FindOrder(order) is { } view)
            {
                lists.Load(new SavedOrder(view, [], IsInOpenTeam: false));
            }
        }
    }
}
