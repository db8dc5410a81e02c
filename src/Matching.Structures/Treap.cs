using System.Runtime.CompilerServices;

namespace Matching.Structures;

/// <summary>The order of a treap and where its links live.</summary>
internal interface ITreapRows
{
    /// <summary>True when slot <paramref name="a"/> comes before slot <paramref name="b"/>; never equal for different slots.</summary>
    bool Before(int a, int b);

    ref int Left(int slot);

    ref int Right(int slot);
}

/// <summary>
/// An ordered set of slots whose links live in their rows. Load: mostly one member; at worst hundreds of thousands of open
/// teams or holds of one hot item. Chosen: a treap, 8 bytes a member, no allocation, O(log n) expected, priorities hashed from
/// the slot (so equal histories need no random state). Rejected: a sorted list (O(n) at a hot item), a heap (no range search,
/// which R32's list and R40's rescue need), SortedSet (an object a member).
/// A member's key must not change while it is in the treap.
/// </summary>
internal static class Treap
{
    /// <summary>Adds a slot that is not in the set: its links are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TRows>(TRows rows, ref int root, int slot)
        where TRows : struct, ITreapRows
    {
        if (root == 0)
        {
            root = slot;
        }
        else
        {
            AddToOthers(rows, ref root, slot);
        }
    }

    /// <summary>Takes a slot out that is in the set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Remove<TRows>(TRows rows, ref int root, int slot)
        where TRows : struct, ITreapRows
    {
        if (root == slot && (rows.Left(slot) | rows.Right(slot)) == 0)
        {
            root = 0;
        }
        else
        {
            RemoveFromOthers(rows, ref root, slot);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddToOthers<TRows>(TRows rows, ref int root, int slot)
        where TRows : struct, ITreapRows
    {
        ref int link = ref root;
        uint priority = Priority(slot);
        while (link != 0 && Priority(link) >= priority)
        {
            link = ref rows.Before(slot, link) ? ref rows.Left(link) : ref rows.Right(link);
        }

        // The rest of the path is split into what comes before the new member and what comes after it.
        int rest = link;
        link = slot;
        ref int before = ref rows.Left(slot);
        ref int after = ref rows.Right(slot);
        while (rest != 0)
        {
            if (rows.Before(rest, slot))
            {
                before = rest;
                before = ref rows.Right(rest);
                rest = before;
            }
            else
            {
                after = rest;
                after = ref rows.Left(rest);
                rest = after;
            }
        }

        before = 0;
        after = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RemoveFromOthers<TRows>(TRows rows, ref int root, int slot)
        where TRows : struct, ITreapRows
    {
        ref int link = ref root;
        while (link != slot)
        {
            if (link == 0)
            {
                throw new InvariantException($"slot {slot} is not in the ordered set it is removed from");
            }

            link = ref rows.Before(slot, link) ? ref rows.Left(link) : ref rows.Right(link);
        }

        int before = rows.Left(slot);
        int after = rows.Right(slot);
        while (before != 0 && after != 0)
        {
            if (Priority(before) >= Priority(after))
            {
                link = before;
                link = ref rows.Right(before);
                before = link;
            }
            else
            {
                link = after;
                link = ref rows.Left(after);
                after = link;
            }
        }

        link = before | after;
        rows.Left(slot) = 0;
        rows.Right(slot) = 0;
    }

    /// <summary>The first member, or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int First<TRows>(TRows rows, int root)
        where TRows : struct, ITreapRows
    {
        if (root == 0)
        {
            return 0;
        }

        while (rows.Left(root) != 0)
        {
            root = rows.Left(root);
        }

        return root;
    }

    /// <summary>The member next behind one that is in the set, or 0.</summary>
    public static int Next<TRows>(TRows rows, int root, int slot)
        where TRows : struct, ITreapRows
    {
        int next = 0;
        while (root != 0)
        {
            if (rows.Before(slot, root))
            {
                next = root;
                root = rows.Left(root);
            }
            else
            {
                root = rows.Right(root);
            }
        }

        return next;
    }

    private static uint Priority(int slot) => (uint)(slot * 2654435769u) ^ ((uint)slot * 0x85EBCA6Bu >> 15);
}
