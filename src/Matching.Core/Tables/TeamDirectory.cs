using System.Runtime.CompilerServices;
using Matching.Structures;

namespace Matching.Core.Tables;

/// <summary>
/// From a team's id to its slot. Ids are issued densely in each partition: id = n · 1,024 + partition with n = 1, 2, 3 …, so
/// a list of lines of 16 slots a partition answers with two reads, and an append writes one line that the last one wrote,
/// too. Rejected: a hash table (a miss and 10 bytes more a team); one array a partition (its doubling copies, and leaves,
/// sixteen times as much). Line 0 is the one that stays empty: of a partition that is loaded, all lines without a team here.
/// </summary>
internal sealed class TeamDirectory
{
    private const int PartitionBits = 10;
    private const int LineBits = 4;
    private const int LineMask = (1 << LineBits) - 1;

    private readonly Partition[] _partitions = new Partition[BookOptions.Partitions];
    private readonly Rows<Line> _lines = new();

    [InlineArray(1 << LineBits)]
    private struct Line
    {
        private int _first;
    }

    private struct Partition
    {
        /// <summary>Rows of its lines, in order.</summary>
        public int[]? Lines;
        public int Issued;

        /// <summary>The row of the line being filled, here so that an append touches nothing but that line.</summary>
        public int Last;
    }

    /// <summary>Takes memory for so many teams in all, if they spread over the partitions.</summary>
    public void TakeMemory(int teams) => _lines.TakeMemory(teams >> LineBits);

    /// <summary>The id the next team of a partition gets.</summary>
    public long NextId(int partition) => ((long)(_partitions[partition].Issued + 1) << PartitionBits) | (uint)partition;

    /// <summary>Enters a team; its id must be the next of its partition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long id, int slot)
    {
        ref Partition partition = ref _partitions[(int)(id & (BookOptions.Partitions - 1))];
        int issued = partition.Issued;
        if (id >> PartitionBits != issued + 1)
        {
            throw OutOfTurn(id);
        }

        if ((issued & LineMask) == 0)
        {
            AddLine(ref partition);
        }

        Unsafe.Add(ref Unsafe.As<Line, int>(ref _lines[partition.Last]), issued & LineMask) = slot;
        partition.Issued = issued + 1;
    }

    /// <summary>The team's row leaves memory.</summary>
    public void Evict(long id) => At(id) = 0;

    /// <summary>An evicted team's row is back.</summary>
    public void Restore(long id, int slot)
    {
        MakeLine(id);
        At(id) = slot;
    }

    /// <summary>True of a team that was opened and has left memory.</summary>
    public bool IsEvicted(long id) => IsIssued(id) && At(id) == 0;

    /// <summary>Teams that have a slot. Reads every place.</summary>
    public int CountHere()
    {
        int here = 0;
        for (int line = 1; line <= _lines.Count; line++)
        {
            foreach (int slot in (ReadOnlySpan<int>)_lines[line])
            {
                here += slot == 0 ? 0 : 1;
            }
        }

        return here;
    }

    /// <summary>Teams ever entered in a partition, those that were not loaded included.</summary>
    public int Issued(int partition) => _partitions[partition].Issued;

    /// <summary>Enters a team of a saved state, of whose partition so many were issued. Before <see cref="SetIssued"/>.</summary>
    public void Load(long id, int slot, int issued)
    {
        MakeRoom(ref _partitions[(int)(id & (BookOptions.Partitions - 1))], issued);
        long at = (id >> PartitionBits) - 1;
        if (at < 0 || at >= issued || At(id) != 0)
        {
            throw new InvariantException(
                $"team {id} is loaded, but is not one of the first {issued} of its partition, or was loaded before");
        }

        MakeLine(id);
        At(id) = slot;
    }

    /// <summary>Says how many teams a loaded partition has issued, all before the next one.</summary>
    public void SetIssued(int partition, int issued)
    {
        ref Partition loaded = ref _partitions[partition];
        MakeRoom(ref loaded, issued);
        loaded.Issued = issued;
        if ((issued & LineMask) != 0)
        {
            MakeLine(((long)issued << PartitionBits) | (uint)partition);
        }

        loaded.Last = issued == 0 ? 0 : loaded.Lines![(issued - 1) >> LineBits];
    }

    /// <summary>The slot of a team, or 0.</summary>
    public int Find(long id) => IsIssued(id) ? At(id) : 0;

    /// <summary>Brings the place of a team into the cache. Any id will do.</summary>
    public void Prefetch(long id)
    {
        if (IsIssued(id))
        {
            _lines.Prefetch(LineOf(id));
        }
    }

    private bool IsIssued(long id)
    {
        long number = id >> PartitionBits;
        return number > 0 && number <= _partitions[(int)(id & (BookOptions.Partitions - 1))].Issued;
    }

    private ref int At(long id) => ref _lines[LineOf(id)][(int)((id >> PartitionBits) - 1) & LineMask];

    // Of a team that was issued, or whose line there is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref int LineOf(long id) =>
        ref _partitions[(int)(id & (BookOptions.Partitions - 1))].Lines![((id >> PartitionBits) - 1) >> LineBits];

    private InvariantException OutOfTurn(long id) => new(
        $"team {id} is opened out of turn; the next id of its partition is {NextId((int)(id & (BookOptions.Partitions - 1)))}");

    private static void MakeRoom(ref Partition partition, int issued)
    {
        int lines = (issued + LineMask) >> LineBits;
        if ((partition.Lines?.Length ?? 0) < lines)
        {
            Array.Resize(ref partition.Lines, lines);
        }
    }

    private void MakeLine(long id)
    {
        ref int line = ref LineOf(id);
        if (line == 0)
        {
            line = _lines.Add();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddLine(ref Partition partition)
    {
        int line = partition.Issued >> LineBits;
        if (line == (partition.Lines?.Length ?? 0))
        {
            Array.Resize(ref partition.Lines, Math.Max(4, line * 2));
        }

        partition.Last = _lines.Add();
        partition.Lines![line] = partition.Last;
    }
}
