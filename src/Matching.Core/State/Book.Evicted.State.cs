namespace Matching.Core;

/// <content>Saving and loading what a book keeps of evicted families.</content>
public sealed partial class Book
{
    private void SaveSums(ReadOnlySpan<int> campaigns, in EvictedSums sums, StateWriter to)
    {
        to.Put((long)sums.Hash);
        CountsState.Save(sums.Counts, to);
        foreach (int campaign in campaigns)
        {
            _campaigns[campaign].SaveEvicted(to);
        }
    }

    private void LoadSums(in LoadedRows loaded, ref StateReader from)
    {
        ref EvictedSums sums = ref _evictedSums[loaded.Head.Partition];
        sums.Hash = (ulong)from.Take();
        sums.Counts = CountsState.Load(ref from);
        for (int i = 0; i < loaded.Head.Campaigns; i++)
        {
            _campaigns[loaded.FirstCampaign + i].LoadEvicted(ref from);
        }
    }

    private void LoadFilter(int section, ReadOnlySpan<byte> bytes)
    {
        CheckByteOrder();
        var from = new StateReader(bytes);
        StateLayout.Check(from.TakeInt());
        int partition = from.TakeInt();
        if (_evicted is null || partition != StateSections.FilterPartition(section) || partition >= BookOptions.Partitions)
        {
            throw StateReader.Damaged();
        }

        _evicted.Load(partition, ref from);
        from.End();
    }

    // Follows from the rows, and is needed only where teams may leave.
    private void LoadNames(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Holds.Length; i++)
        {
            Name(_holds[loaded.FirstHold + i].FirstTeam);
        }

        for (int i = 0; i < loaded.Orders.Length; i++)
        {
            ref OrderRow row = ref _orders[loaded.FirstOrder + i];
            Name((row.Flags & OrderFlags.OutOfTeam) != OrderFlags.None ? row.Team : 0);
        }
    }

    // Of a state that holds everything, what is closed may leave now.
    private void NoteLoadedClosed(in LoadedRows loaded)
    {
        for (int i = 0; i < loaded.Orders.Length; i++)
        {
            int order = loaded.FirstOrder + i;
            NoteClosed(_orders[order].Item, order);
        }

        for (int i = 0; i < loaded.Teams.Length; i++)
        {
            int team = loaded.FirstTeam + i;
            if (_teams[team].State == TeamState.Dissolved)
            {
                NoteDissolved(_teams[team].Item, team);
            }
        }
    }
}
