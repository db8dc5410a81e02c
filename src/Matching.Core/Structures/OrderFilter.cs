using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Core.Structures;

/// <summary>
/// Says of an order that it was never evicted, or that it may have been. Load: asked for every new order, with up to hundreds of
/// millions of keys in it. Chosen: a Bloom filter whose bits of one key lie in one block of 64 bytes, so that a look is one cache
/// line, prefetched with the batch; 12 bits a key, 6 of them set: about one new order in 200 is taken for an old one and costs
/// a look into the ledger, off the shard. Keys are never taken out. It cannot be enlarged without its keys, so behind a full layer comes
/// one four times as large, and a look then touches one line in each: name the orders expected at the start. Rejected: a table of
/// tags (it doubles without its keys, at five times the memory), a filter an epoch (as many looks as epochs).
/// </summary>
internal sealed class OrderFilter
{
    private const int BitsAKey = 12;
    private const int BlockBits = 512;
    private const int LineBytes = 64;
    private const int Growth = 4;
    private const int MostKeys = 1 << 30;

    private readonly List<Layer> _layers = [];
    private Layer _last;

    /// <summary>Makes an empty filter.</summary>
    /// <param name="keys">Keys that the first layer is made for.</param>
    public OrderFilter(long keys) => _last = AddLayer(Math.Clamp(keys, 1, MostKeys));

    /// <summary>Keys added.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of all layers.</summary>
    public long Bytes => _layers.Sum(layer => layer.Bytes);

    /// <summary>False: the key was never added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(ulong hash) => _last.MayHold(hash) || (_layers.Count > 1 && OlderMayHold(hash));

    public void Add(ulong hash)
    {
        if (_last.Keys == _last.Room)
        {
            _last = AddLayer(Math.Min(_last.Room * Growth, MostKeys));
        }

        _last.Add(hash);
        Count++;
    }

    /// <summary>Brings the key's line into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash)
    {
        _last.Prefetch(hash);
        for (int i = _layers.Count - 2; i >= 0; i--)
        {
            _layers[i].Prefetch(hash);
        }
    }

    private bool OlderMayHold(ulong hash)
    {
        for (int i = _layers.Count - 2; i >= 0; i--)
        {
            if (_layers[i].MayHold(hash))
            {
                return true;
            }
        }

        return false;
    }

    private Layer AddLayer(long keys)
    {
        var layer = new Layer(keys);
        _layers.Add(layer);
        return layer;
    }

    private sealed unsafe class Layer
    {
        private readonly ulong[] _words;
        private readonly ulong* _first;
        private readonly ulong _blocks;

        public Layer(long keys)
        {
            Room = keys;
            _blocks = (ulong)Math.Max(1, ((keys * BitsAKey) + BlockBits - 1) / BlockBits);
            _words = GC.AllocateArray<ulong>(checked((int)((_blocks + 1) * (LineBytes / 8))), pinned: true);
            nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words));
            _first = (ulong*)((start + LineBytes - 1) & -LineBytes);
        }

        public long Room { get; }

        public long Keys { get; private set; }

        public long Bytes => _words.LongLength * 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MayHold(ulong hash)
        {
            ulong* block = BlockOf(hash);
            ulong bits = BitsOf(hash);
            return (block[(bits >> 6) & 7] >> (int)(bits & 63) & block[(bits >> 15) & 7] >> (int)((bits >> 9) & 63)
                & block[(bits >> 24) & 7] >> (int)((bits >> 18) & 63) & block[(bits >> 33) & 7] >> (int)((bits >> 27) & 63)
                & block[(bits >> 42) & 7] >> (int)((bits >> 36) & 63) & block[(bits >> 51) & 7] >> (int)((bits >> 45) & 63) & 1) != 0;
        }

        public void Add(ulong hash)
        {
            ulong* block = BlockOf(hash);
            for (ulong bits = BitsOf(hash), i = 0; i < 6; i++, bits >>= 9)
            {
                block[(bits >> 6) & 7] |= 1UL << (int)(bits & 63);
            }

            Keys++;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Prefetch(ulong hash)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(BlockOf(hash));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ulong* BlockOf(ulong hash) => _first + (Math.BigMul(hash, _blocks, out _) * (LineBytes / 8));

        // The block is given by the hash's high bits: these are independent of them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong BitsOf(ulong hash) => (hash * 0x9FB21C651E98DF25UL) >> 10;
    }
}
