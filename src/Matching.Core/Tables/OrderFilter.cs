using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Matching.Core.Tables;

/// <summary>
/// Says of an order that it was never evicted, or that it may have been. Load: asked for every new order, with up to hundreds of
/// millions of keys in it. Chosen: a Bloom filter whose bits of one key lie in one block of 64 bytes, so that a look is one cache
/// line, prefetched with the batch; 12 bits a key, 6 of them set: about one new order in 200 is taken for an old one and costs
/// a look into the ledger, off the shard. Keys are never taken out. Each partition has a filter of its own, begun with its first key, so
/// that a saved one fits any number of books; what says where it lies is 16 KB and stays in the cache. It cannot be enlarged without its
/// keys, so behind a full layer comes one four times as large, and a look then touches one line in each: name the orders expected at the
/// start. Rejected: a table of tags (it doubles without its keys, at five times the memory), a filter an epoch (as many looks as epochs),
/// one filter a book (a start with another number of books could not load it).
/// </summary>
internal sealed unsafe class OrderFilter(long keys)
{
    private const int BitsAKey = 12;
    private const int BlockBits = 512;
    private const int LineBytes = 64;
    private const int WordsABlock = LineBytes / 8;
    private const int Growth = 4;
    private const int LeastKeys = 128;
    private const int MostKeys = 1 << 30;

    // Partitions differ: a quarter more, or a tenth of them would overflow into a second layer.
    private readonly long _firstKeys = Math.Clamp((keys + (keys / 4)) / BookOptions.Partitions, LeastKeys, MostKeys);

    // What a look needs of the newest layer.
    private readonly Place[] _newest = new Place[BookOptions.Partitions];
    private readonly List<Layer>?[] _layers = new List<Layer>?[BookOptions.Partitions];
    private bool _layered;

    /// <summary>Keys added.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of all layers.</summary>
    public long Bytes => _layers.Sum(layers => layers?.Sum(layer => layer.Bytes) ?? 0);

    /// <summary>False: the key was never added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHold(int partition, ulong hash) => _newest[partition].MayHold(hash) || (_layered && OlderMayHold(partition, hash));

    public void Add(int partition, ulong hash)
    {
        List<Layer> layers = _layers[partition] ?? AddLayer(partition, _firstKeys);
        if (layers[^1].Keys == layers[^1].Room)
        {
            AddLayer(partition, Math.Min(layers[^1].Room * Growth, MostKeys));
        }

        _newest[partition].Add(hash);
        layers[^1].Keys++;
        Count++;
    }

    /// <summary>Brings the key's line into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int partition, ulong hash)
    {
        _newest[partition].Prefetch(hash);
        if (_layered)
        {
            PrefetchOlder(partition, hash);
        }
    }

    /// <summary>Writes a partition's filter: layers, and of each its room, its keys and its words.</summary>
    /// <returns>False when it holds nothing.</returns>
    public bool Save(int partition, StateWriter to)
    {
        if (_layers[partition] is not { } layers)
        {
            return false;
        }

        to.Put(layers.Count);
        foreach (Layer layer in layers)
        {
            to.Put(layer.Room, layer.Keys);
            layer.Words.CopyTo(to.Rows<ulong>(layer.Words.Length));
        }

        return true;
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into a partition that holds nothing yet.</summary>
    public void Load(int partition, ref StateReader from)
    {
        for (int layers = from.TakeInt(); layers > 0; layers--)
        {
            (long room, long keys) = (from.Take(), from.Take());
            if (room is < 1 or > MostKeys || keys < 0 || keys > room)
            {
                throw StateReader.Damaged();
            }

            Layer layer = AddLayer(partition, room)[^1];
            from.Rows<ulong>(layer.Words.Length).CopyTo(layer.Words);
            layer.Keys = keys;
            Count += keys;
        }
    }

    private bool OlderMayHold(int partition, ulong hash)
    {
        List<Layer>? layers = _layers[partition];
        for (int i = (layers?.Count ?? 0) - 2; i >= 0; i--)
        {
            if (layers![i].Place.MayHold(hash))
            {
                return true;
            }
        }

        return false;
    }

    private void PrefetchOlder(int partition, ulong hash)
    {
        List<Layer>? layers = _layers[partition];
        for (int i = (layers?.Count ?? 0) - 2; i >= 0; i--)
        {
            layers![i].Place.Prefetch(hash);
        }
    }

    private List<Layer> AddLayer(int partition, long room)
    {
        List<Layer> layers = _layers[partition] ??= [];
        var layer = new Layer(room);
        layers.Add(layer);
        _newest[partition] = layer.Place;
        _layered |= layers.Count > 1;
        return layers;
    }

    /// <summary>Where a layer lies; of no layer at all, nothing.</summary>
    private readonly struct Place(ulong* first, ulong blocks)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MayHold(ulong hash)
        {
            if (first == null)
            {
                return false;
            }

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
        private ulong* BlockOf(ulong hash) => first + (Math.BigMul(hash, blocks, out _) * WordsABlock);

        // The block is given by the hash's high bits: these are independent of them.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong BitsOf(ulong hash) => (hash * 0x9FB21C651E98DF25UL) >> 10;
    }

    private sealed class Layer
    {
        private readonly ulong[] _words;
        private readonly ulong* _first;
        private readonly int _used;

        public Layer(long keys)
        {
            Room = keys;
            long blocks = Math.Max(1, ((keys * BitsAKey) + BlockBits - 1) / BlockBits);
            _used = checked((int)(blocks * WordsABlock));
            _words = GC.AllocateArray<ulong>(checked(_used + WordsABlock), pinned: true);
            nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_words));
            _first = (ulong*)((start + LineBytes - 1) & -LineBytes);
            Place = new Place(_first, (ulong)blocks);
        }

        public Place Place { get; }

        public long Room { get; }

        public long Keys { get; set; }

        public long Bytes => _words.LongLength * 8;

        /// <summary>All of its blocks.</summary>
        public Span<ulong> Words => new(_first, _used);
    }
}
