using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core.Structures;

/// <summary>
/// From a team's id to its slot. Ids are issued densely in each partition: id = n · 1,024 + partition with n = 1, 2, 3 …, so
/// an array a partition answers with one read and an append costs no random access. Rejected: a hash table (a miss and 10
/// bytes more a team).
/// </summary>
internal sealed class TeamDirectory
{
    private const int PartitionBits = 10;

    private readonly Partition[] _partitions = new Partition[BookOptions.Partitions];

    private struct Partition
    {
        public int[]? Slots;
        public int Issued;

        // The array's length, here so that an append doesn't touch the array's head.
        public int Room;
    }

    /// <summary>The id the next team of a partition gets.</summary>
    public long NextId(int partition) => ((long)(_partitions[partition].Issued + 1) << PartitionBits) | (uint)partition;

    /// <summary>Enters a team; its id must be the next of its partition.</summary>
    public void Add(long id, int slot)
    {
        ref Partition partition = ref _partitions[(int)(id & (BookOptions.Partitions - 1))];
        if (id >> PartitionBits != partition.Issued + 1)
        {
            throw new InvariantException(
                $"team {id} is opened out of turn; the next id of its partition is {NextId((int)(id & (BookOptions.Partitions - 1)))}");
        }

        if (partition.Issued == partition.Room)
        {
            partition.Room = Math.Max(4, partition.Room * 2);
            Array.Resize(ref partition.Slots, partition.Room);
        }

        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(partition.Slots!), partition.Issued++) = slot;
    }

    /// <summary>The team's row leaves memory.</summary>
    public void Evict(long id) => _partitions[(int)(id & (BookOptions.Partitions - 1))].Slots![(id >> PartitionBits) - 1] = 0;

    /// <summary>An evicted team's row is back.</summary>
    public void Restore(long id, int slot) => _partitions[(int)(id & (BookOptions.Partitions - 1))].Slots![(id >> PartitionBits) - 1] = slot;

    /// <summary>True of a team that was opened and has left memory.</summary>
    public bool IsEvicted(long id)
    {
        ref Partition partition = ref _partitions[(int)(id & (BookOptions.Partitions - 1))];
        long at = (id >> PartitionBits) - 1;
        return at >= 0 && at < partition.Issued && partition.Slots![at] == 0;
    }

    /// <summary>The slot of a team, or 0.</summary>
    public int Find(long id)
    {
        ref Partition partition = ref _partitions[(int)(id & (BookOptions.Partitions - 1))];
        long at = (id >> PartitionBits) - 1;
        return at >= 0 && at < partition.Issued ? partition.Slots![at] : 0;
    }
}
