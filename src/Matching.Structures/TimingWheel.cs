using System.Numerics;

namespace Matching.Structures;

/// <summary>A member's place in the wheel: its due time and its neighbours. All zero is: not scheduled.</summary>
internal struct WheelLink
{
    /// <summary>Due, in ms since 1970; 0 when not scheduled, so schedule nothing at 0.</summary>
    public long DueMs;

    /// <summary>The slot before; 0 for none.</summary>
    public int Previous;

    /// <summary>The slot behind; 0 for none.</summary>
    public int Next;
}

/// <summary>Where the links of a wheel's members live.</summary>
internal interface IWheelRows
{
    ref WheelLink Link(int slot);
}

/// <summary>
/// Finds what is due. Load: millions of members, nearly all due in 24 h, a million of them in one second; scheduled and
/// cancelled far more often than they fall due. Chosen: one wheel of 2^17 one-second spokes (36 h, 512 KB) with links in the
/// members' rows and a bitmap of spokes in use: schedule and cancel are a few writes, nothing cascades, and a day without
/// deadlines is skipped word by word. A member due beyond the wheel's span stays in its spoke until its turn comes round.
/// Rejected: a heap (O(log n), a miss a level), hierarchical wheels (cascades in bursts, for spans nobody has), a timer each.
/// It hands out members in spoke order, not in exact order: who needs that (R36) orders what is due within its item.
/// </summary>
internal sealed class TimingWheel<TRows>(TRows rows)
    where TRows : struct, IWheelRows
{
    private const long SpokeMs = 1000;

    private readonly int[] _heads = new int[Spokes];
    private readonly ulong[] _used = new ulong[Spokes / 64];

    // The second being looked at. Spokes before it hold nothing that was due when they were passed.
    private long _second;

    // The next member of the present spoke to look at in this pass; 0 when the pass is over, and then nothing in this spoke
    // is due before _earliestLeft.
    private int _scan;
    private long _earliestLeft = long.MaxValue;

    private static int Spokes => 1 << StructureSizes.WheelSpokeBits;

    private static int Mask => Spokes - 1;

    /// <summary>Members.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Nothing is due before this: exact in the present second, the second's start for a later one; long.MaxValue when empty.
    /// </summary>
    public long NextDue
    {
        get
        {
            if (Count == 0)
            {
                return long.MaxValue;
            }

            long present = _scan != 0 ? _second * SpokeMs : _earliestLeft;
            return Math.Min(present, (_second + DistanceToNextUsed()) * SpokeMs);
        }
    }

    /// <summary>Schedules a member that is not scheduled. A due time before the present second becomes that second's start.</summary>
    /// <param name="slot">The member.</param>
    /// <param name="dueMs">1 or more, in ms since 1970.</param>
    public void Schedule(int slot, long dueMs)
    {
        ref WheelLink link = ref rows.Link(slot);
        link.DueMs = dueMs = Math.Max(dueMs, _second * SpokeMs);
        if (dueMs / SpokeMs == _second)
        {
            _earliestLeft = Math.Min(_earliestLeft, dueMs);
        }

        int spoke = SpokeOf(dueMs);
        int head = _heads[spoke];
        link.Previous = 0;
        link.Next = head;
        if (head != 0)
        {
            rows.Link(head).Previous = slot;
        }

        _heads[spoke] = slot;
        _used[spoke >> 6] |= 1UL << spoke;
        Count++;
    }

    /// <summary>Takes a scheduled member out.</summary>
    public void Cancel(int slot)
    {
        ref WheelLink link = ref rows.Link(slot);
        if (_scan == slot)
        {
            _scan = link.Next;
        }

        if (link.Next != 0)
        {
            rows.Link(link.Next).Previous = link.Previous;
        }

        if (link.Previous != 0)
        {
            rows.Link(link.Previous).Next = link.Next;
        }
        else
        {
            int spoke = SpokeOf(link.DueMs);
            if (_heads[spoke] != slot)
            {
                throw new InvariantException($"slot {slot} is not where the wheel keeps it");
            }

            _heads[spoke] = link.Next;
            if (link.Next == 0)
            {
                _used[spoke >> 6] &= ~(1UL << spoke);
            }
        }

        link = default;
        Count--;
    }

    /// <summary>Takes out one member due at or before <paramref name="nowMs"/>.</summary>
    /// <param name="nowMs">A time before that of an earlier call finds nothing new.</param>
    /// <param name="steps">Members and spokes this call may still look at; counted down. At 0 it gives up for now.</param>
    /// <param name="slot">The member; 0 when there is none or the steps are used up.</param>
    /// <returns>True with a member; false otherwise: nothing is due unless <paramref name="steps"/> is 0.</returns>
    public bool TryTakeDue(long nowMs, ref int steps, out int slot)
    {
        slot = 0;
        while (steps > 0 && Count > 0)
        {
            steps--;
            if (_scan == 0)
            {
                if (!StartPass(nowMs))
                {
                    return false;
                }

                continue;
            }

            int looked = _scan;
            ref WheelLink link = ref rows.Link(looked);
            _scan = link.Next;
            if (link.DueMs <= nowMs)
            {
                Cancel(looked);
                slot = looked;
                return true;
            }

            _earliestLeft = Math.Min(_earliestLeft, link.DueMs);
        }

        return false;
    }

    // Begins to look through the present spoke again, or moves to the next one in use. False when nothing can be due.
    private bool StartPass(long nowMs)
    {
        long nowSecond = nowMs / SpokeMs;
        if (_earliestLeft > nowMs)
        {
            if (nowSecond <= _second)
            {
                return false;
            }

            // After more than a turn every spoke is passed once: what is due stands in one of them.
            _second = Math.Max(_second, nowSecond - Spokes);
            _second = Math.Min(nowSecond, _second + DistanceToNextUsed());
        }

        _earliestLeft = long.MaxValue;
        _scan = _heads[(int)_second & Mask];
        return true;
    }

    // From the present spoke to the next one in use: 1 … one whole turn. There must be a member.
    private int DistanceToNextUsed()
    {
        int start = ((int)_second + 1) & Mask;
        int index = start >> 6;
        ulong word = _used[index] & (ulong.MaxValue << start);
        while (word == 0)
        {
            index = (index + 1) & ((Spokes / 64) - 1);
            word = _used[index];
        }

        int spoke = (index << 6) + BitOperations.TrailingZeroCount(word);
        return ((spoke - start) & Mask) + 1;
    }

    private static int SpokeOf(long dueMs) => (int)(dueMs / SpokeMs) & Mask;
}
