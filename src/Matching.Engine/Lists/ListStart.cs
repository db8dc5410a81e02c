using Matching.Core;
using Matching.Engine.Ledger;
using Matching.Storage;

namespace Matching.Engine.Lists;

/// <summary>
/// Where the lists begin: at the snapshot that the engine started from, or at the first event. An order that the snapshot left to the order
/// ledger is taken from there when an event concerns it.
/// </summary>
internal sealed class ListStart(SnapshotStore? store, ILedger? ledger, long snapshotSequence)
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

    public void Apply(OrderLists lists, JournaledEvent journaled)
    {
        if (journaled.Control is not null)
        {
            return;
        }

        Event e = journaled.Event;
        if (ledger is not null && lists.Lacks(e)
            && Families.OfOrder(ledger, e.Item, e.Order, journaled.Sequence)?.FindOrder(e.Order) is { } order)
        {
            lists.Load(new SavedOrder(order, [], IsInOpenTeam: false));
        }

        lists.Apply(e);
    }
}
