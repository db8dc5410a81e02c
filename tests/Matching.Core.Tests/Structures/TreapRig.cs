using Matching.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>A treap of slots by (key, slot), that counts comparisons.</summary>
internal sealed class TreapRig(int slots)
{
    private readonly long[] _keys = new long[slots + 1];
    private readonly int[] _left = new int[slots + 1];
    private readonly int[] _right = new int[slots + 1];
    private int _root;

    /// <summary>Comparisons so far.</summary>
    public int Comparisons { get; private set; }

    public void Add(int slot, long key)
    {
        _keys[slot] = key;
        Treap.Add(new ByKey(this), ref _root, slot);
    }

    public void Remove(int slot) => Treap.Remove(new ByKey(this), ref _root, slot);

    public int First => Treap.First(new ByKey(this), _root);

    public int NextBehind(int slot) => Treap.Next(new ByKey(this), _root, slot);

    public IEnumerable<int> InOrder()
    {
        for (int slot = First; slot != 0; slot = NextBehind(slot))
        {
            yield return slot;
        }
    }

    private readonly struct ByKey(TreapRig rig) : ITreapRows
    {
        public bool Before(int a, int b)
        {
            rig.Comparisons++;
            return (rig._keys[a], a).CompareTo((rig._keys[b], b)) < 0;
        }

        public ref int Left(int slot) => ref rig._left[slot];

        public ref int Right(int slot) => ref rig._right[slot];
    }
}
