namespace Matching.Kit.Disks;

/// <summary>A file as the system shows it, and as the disk has it.</summary>
internal sealed class StoredFile
{
    public const int SectorBytes = 512;

    // In the order in which they were asked; without bytes the file was cut there.
    private readonly List<(long Position, byte[]? Bytes)> _unsynced = [];

    // Whether the cache may show anything but what is on the disk and what is still to be written to it.
    private bool _differs;

    public byte[] Cached { get; private set; } = [];

    public byte[] Durable { get; private set; } = [];

    public StoredFile Copy()
    {
        StoredFile copy = new() { Cached = [.. Cached], Durable = [.. Durable], _differs = _differs };
        copy._unsynced.AddRange(_unsynced);
        return copy;
    }

    public void Write(long position, ReadOnlySpan<byte> bytes, bool through)
    {
        int length = bytes.Length;
        Cached = Put(Cached, position, bytes);
        if (through)
        {
            // A cut before it goes first; what else was to be written there is written over, and nothing older may reach the disk later.
            // The rest waits on.
            if (_unsynced.Exists(write => write.Bytes is null && write.Position < position + length))
            {
                Sync();
            }

            Supersede(position, position + length);
            Durable = Put(Durable, position, bytes);
        }
        else
        {
            _unsynced.Add((position, bytes.ToArray()));
        }
    }

    /// <summary>Only the cache shows it: a write that failed.</summary>
    public void WriteCacheOnly(long position, ReadOnlySpan<byte> bytes)
    {
        Cached = Put(Cached, position, bytes);
        _differs = true;
    }

    /// <summary>Cuts the end off.</summary>
    public void Shorten(long length)
    {
        Cached = Cut(Cached, length);
        _unsynced.Add((length, null));
    }

    public void Sync()
    {
        foreach ((long position, byte[]? bytes) in _unsynced)
        {
            Durable = bytes is null ? Cut(Durable, position) : Put(Durable, position, bytes);
        }

        _unsynced.Clear();
    }

    /// <summary>Forgets the cache: reads come from the disk, and from what is still to be written to it.</summary>
    public void DropCache()
    {
        if (!_differs)
        {
            return;
        }

        _differs = false;
        Cached = [.. Durable];
        foreach ((long position, byte[]? bytes) in _unsynced)
        {
            Cached = bytes is null ? Cut(Cached, position) : Put(Cached, position, bytes);
        }
    }

    /// <summary>Each sector not synced reaches the disk with a chance of so many in a hundred, and so does each cut.</summary>
    public void LosePower(Random random, int keptPercent, SectorFates fates)
    {
        foreach ((long position, byte[]? bytes) in _unsynced)
        {
            if (bytes is not null)
            {
                WriteSomeSectors(position, bytes, random, keptPercent, fates);
            }
            else if (random.Next(100) < keptPercent)
            {
                Durable = Cut(Durable, position);
            }
        }

        if (_differs || _unsynced.Count > 0)
        {
            _unsynced.Clear();
            Cached = [.. Durable];
            _differs = false;
        }
    }

    public void WriteSomeSectors(long position, ReadOnlySpan<byte> bytes, Random random, int keptPercent, SectorFates fates)
    {
        bool dropped = false;
        _differs = true;
        for (int at = 0; at < bytes.Length;)
        {
            int piece = Math.Min(bytes.Length - at, SectorBytes - (int)((position + at) % SectorBytes));
            if (random.Next(100) < keptPercent)
            {
                Durable = Put(Durable, position + at, bytes.Slice(at, piece));
                fates.Kept++;
                fates.KeptBehindDropped += dropped ? 1 : 0;
            }
            else
            {
                fates.Dropped++;
                dropped = true;
            }

            at += piece;
        }
    }

    /// <summary>One bit more or less, on the disk and in the cache.</summary>
    public void FlipBit(long position, int bit)
    {
        Cached[position] ^= (byte)(1 << bit);
        _differs = true;
        if (position < Durable.Length)
        {
            Durable[position] ^= (byte)(1 << bit);
        }
    }

    /// <summary>Damage by hand, on the disk and in the cache.</summary>
    public void Replace(byte[] bytes)
    {
        _unsynced.Clear();
        _differs = false;
        Durable = [.. bytes];
        Cached = [.. bytes];
    }

    private void Supersede(long from, long to)
    {
        (long Position, byte[]? Bytes)[] before = [.. _unsynced];
        _unsynced.Clear();
        foreach ((long position, byte[]? bytes) in before)
        {
            long end = bytes is null ? position : position + bytes.Length;
            if (bytes is null || end <= from || position >= to)
            {
                _unsynced.Add((position, bytes));
                continue;
            }

            if (position < from)
            {
                _unsynced.Add((position, bytes[..(int)(from - position)]));
            }

            if (end > to)
            {
                _unsynced.Add((to, bytes[(int)(to - position)..]));
            }
        }
    }

    private static byte[] Cut(byte[] from, long length) => from[..(int)Math.Min(length, from.Length)];

    private static byte[] Put(byte[] to, long position, ReadOnlySpan<byte> bytes)
    {
        if (to.Length < position + bytes.Length)
        {
            Array.Resize(ref to, (int)position + bytes.Length);
        }

        bytes.CopyTo(to.AsSpan((int)position));
        return to;
    }
}
