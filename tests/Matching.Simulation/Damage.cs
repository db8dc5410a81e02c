using System.Numerics;

namespace Matching.Simulation;

/// <summary>What was done to the files while no engine ran. It must be refused, or be harmless: never silent.</summary>
internal sealed class Damage
{
    private const int PageBytes = 4096;

    // Of a page that is not full: an event's order number, and bytes that mean nothing.
    private const int OrderAt = 32 + 8 + 16, Padding = 4_000;
    private const int OneIn = 5;
    private readonly Machine? _machine;
    private readonly string _path = "";
    private readonly byte[] _before = [];
    private readonly bool _cut;

    private Damage()
    {
    }

    private Damage(Machine machine, string path, bool cut)
    {
        _machine = machine;
        _path = path;
        _before = machine.Disk.BytesOf(path);
        _cut = cut;
    }

    public static Damage None { get; } = new();

    public bool IsSome => _machine is not null;

    /// <summary>Whether it struck a file of this name.</summary>
    public bool IsOf(string name) => string.Equals(Path.GetFileName(_path), name, StringComparison.Ordinal);

    /// <summary>It struck a snapshot, or took one away: the one before, or the journal, must stand in.</summary>
    public bool IsOfSnapshot => _path.EndsWith(".snap", StringComparison.Ordinal);

    /// <summary>Sometimes a bit flips, sometimes a log that was closed loses its end, sometimes snapshots are deleted.</summary>
    public static Damage Choose(Machine machine, Random random, PlantedFault planted, bool oneSnapshotIsNeeded)
    {
        string[] paths = [.. machine.Disk.Paths.Where(path => machine.Disk.LengthOf(path) > 0)];
        if (paths.Length == 0 || (random.Next(OneIn) > 0 && planted is not (PlantedFault.NoChecksum or PlantedFault.WatermarkIgnored)))
        {
            return None;
        }

        if (planted == PlantedFault.NoChecksum)
        {
            return Forge(machine, paths, random);
        }

        string segment = paths.LastOrDefault(path => path.EndsWith(".seg", StringComparison.Ordinal) && machine.Disk.BytesOf(path)[0] != 0)
            ?? "";

        // A closing block alone is not enough: the power may have gone inside its write, before the watermark knew of it.
        if (machine.ClosedWell && (planted == PlantedFault.WatermarkIgnored || random.Next(2) == 0)
            && EndOfClosed(machine, segment) is var end and > 0)
        {
            return Cut(machine, segment, end, random, planted);
        }

        // Every third time a snapshot, where there is one.
        string[] snapshots = [.. paths.Where(path => path.EndsWith(".snap", StringComparison.Ordinal))];
        if (snapshots.Length > 0 && random.Next(3) == 0)
        {
            return OfSnapshot(machine, oneSnapshotIsNeeded ? snapshots[^1..] : snapshots, random);
        }

        // Of the rest, every third time an archived segment: there are few of them.
        string[] archived = [.. paths.Where(path => path.EndsWith(".arc", StringComparison.Ordinal))];
        string[] among = archived.Length > 0 && random.Next(3) == 0 ? archived : paths;
        string flipped = among[random.Next(among.Length)];
        var damage = new Damage(machine, flipped, cut: false);
        machine.MayBreakSnapshots |= damage.IsOfSnapshot;
        machine.Disk.FlipBit(flipped, random.NextInt64(damage._before.Length), random.Next(8));
        return damage;
    }

    /// <summary>It was found out: the file is brought back from a copy.</summary>
    public void Refused(Coverage coverage)
    {
        coverage.Add(_cut ? Happening.CutEndRefused : Happening.BitFlipRefused);
        _machine!.Disk.Replace(_path, _before);
    }

    private static Damage OfSnapshot(Machine machine, string[] snapshots, Random random)
    {
        // Mostly the newest; now and then all of them.
        string[] struck = random.Next(4) switch { 0 => snapshots, 1 => snapshots[..1], _ => snapshots[^1..] };
        bool deleted = random.Next(3) == 0;
        var damage = new Damage(machine, struck[^1], cut: false);
        foreach (string path in struck)
        {
            if (deleted)
            {
                machine.Disk.Remove(path);
            }
            else
            {
                machine.Disk.FlipBit(path, random.NextInt64(machine.Disk.LengthOf(path)), random.Next(8));
            }
        }

        machine.MayBreakSnapshots = true;
        machine.Coverage.Add(deleted ? Happening.SnapshotDeleted : Happening.SnapshotDamaged);
        return damage;
    }

    /// <summary>Behind the closing block of the last segment; 0 when it has none.</summary>
    private static int EndOfClosed(Machine machine, string segment)
    {
        if (segment.Length == 0)
        {
            return 0;
        }

        const int KindAt = 12, Closing = 3;
        byte[] bytes = machine.Disk.BytesOf(segment);
        int end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) / PageBytes * PageBytes;
        return bytes[end + KindAt] == Closing ? end + PageBytes : 0;
    }

    private static Damage Cut(Machine machine, string segment, int end, Random random, PlantedFault planted)
    {
        var damage = new Damage(machine, segment, cut: true);
        byte[] bytes = [.. damage._before];
        int from = Math.Max(PageBytes, end - (random.Next(1, 4) * PageBytes));
        bytes.AsSpan(from..end).Clear();
        machine.Disk.Replace(segment, bytes);
        if (planted == PlantedFault.WatermarkIgnored)
        {
            PlantedDefects.MarkBefore(machine.Disk, segment);
        }

        return damage;
    }

    /// <summary>
    /// A bit of an event flips, and four bytes of the page's padding with it, so that the checksum fits: as if nobody looked at it.
    /// </summary>
    private static Damage Forge(Machine machine, string[] paths, Random random)
    {
        foreach (string path in paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            byte[] bytes = machine.Disk.BytesOf(path);
            for (int page = PageBytes; page < bytes.Length; page += PageBytes)
            {
                if (bytes[page] != 0 && bytes[page + 12] == 2 && bytes[page + 14] == 0
                    && !bytes.AsSpan(page + Padding, 8).ContainsAnyExcept((byte)0))
                {
                    var damage = new Damage(machine, path, cut: false);
                    FlipWithPatch(bytes.AsSpan(page, PageBytes), OrderAt, random.Next(3), Padding);
                    machine.Disk.Replace(path, bytes);
                    return damage;
                }
            }
        }

        return None;
    }

    /// <summary>
    /// Changes the number of the order in the first event of a page, where it is this one, so that the page's checksum fits.
    /// </summary>
    public static void ForgeOrder(Span<byte> page, long order)
    {
        if (BitConverter.ToInt64(page[OrderAt..]) == order)
        {
            FlipWithPatch(page, OrderAt, bit: 0, Padding);
        }
    }

    // The checksum is linear: solve for the 32 bits of padding that undo the flip's effect.
    private static void FlipWithPatch(Span<byte> page, int at, int bit, int padding)
    {
        uint before = Checksum(page);
        page[at] ^= (byte)(1 << bit);
        uint wanted = before ^ Checksum(page);
        Span<uint> effects = stackalloc uint[32];
        Span<uint> choices = stackalloc uint[32];
        uint flipped = Checksum(page);
        for (int i = 0; i < 32; i++)
        {
            page[padding + (i / 8)] ^= (byte)(1 << (i % 8));
            effects[i] = flipped ^ Checksum(page);
            page[padding + (i / 8)] ^= (byte)(1 << (i % 8));
            choices[i] = 1u << i;
        }

        for (int column = 0; column < 32; column++)
        {
            int pivot = column;
            while (pivot < 32 && (effects[pivot] >> column & 1) == 0)
            {
                pivot++;
            }

            (effects[column], effects[pivot]) = (effects[pivot], effects[column]);
            (choices[column], choices[pivot]) = (choices[pivot], choices[column]);
            for (int row = 0; row < 32; row++)
            {
                if (row != column && (effects[row] >> column & 1) != 0)
                {
                    effects[row] ^= effects[column];
                    choices[row] ^= choices[column];
                }
            }
        }

        uint patch = 0;
        for (int column = 0; column < 32; column++)
        {
            patch ^= (wanted >> column & 1) != 0 ? choices[column] : 0;
        }

        for (int i = 0; i < 4; i++)
        {
            page[padding + i] ^= (byte)(patch >> (8 * i));
        }
    }

    // As the journal's pages have it, but for the last inversion, which a difference does not see.
    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in page[4..])
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return crc;
    }
}
