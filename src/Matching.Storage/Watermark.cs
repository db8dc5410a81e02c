using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>A place in the log that is known to be durable.</summary>
internal readonly record struct DurablePoint(long Segment, long End, long Sequence, bool Closed);

/// <summary>
/// The guard against a log that lost its end without a trace (a disk that lied, a file that was cut): a small file that says how far the
/// log was durable at least. It lags behind, except after a clean stop, when it is exact. Two slots are written in turn, each in a page and
/// a sector of its own, so that a crash in one leaves the other.
/// <code>
/// slot at 0 and at 4096, 512 bytes: 0 CRC32C of bytes 4 … 511 · 8 magic "MATCHWMK" · 16 version · 20 closed (4 bytes each)
///   24 turn (the higher one counts) · 32 segment · 40 its valid end · 48 events in the log (8 bytes each) · 56 the directory's id (16)
/// </code>
/// </summary>
internal sealed class Watermark : IDisposable
{
    public const string FileName = "watermark";
    private const int SlotBytes = 512;
    private readonly IDiskFile _file;
    private readonly byte[] _slot = new byte[SlotBytes];
    private readonly Guid _id;
    private long _turn;

    private Watermark(IDiskFile file, long turn, Guid id)
    {
        _file = file;
        _turn = turn;
        _id = id;
    }

    private static ReadOnlySpan<byte> Magic => "MATCHWMK"u8;

    /// <summary>Makes the file, with no mark in it; its name is durable once the directory is synced.</summary>
    public static void Create(IDisk disk, string directory)
    {
        using IDiskFile file = disk.Create(Path.Combine(directory, FileName));
        file.Write(0, new byte[2 * Page.Bytes]);
        file.Sync();
    }

    /// <summary>Opens it for writing.</summary>
    public static Watermark Open(IDisk disk, string directory, Guid id)
    {
        string path = Path.Combine(directory, FileName);
        Read(disk, directory, out long turn, out _);
        return new Watermark(disk.OpenWriteThrough(path), turn, id);
    }

    /// <summary>The latest mark; null when there is none, which only a directory of the first version may have.</summary>
    /// <exception cref="JournalException">
    /// It is missing, belongs to another directory, is of a newer version, or no slot is whole and one was written.
    /// </exception>
    public static DurablePoint? Read(IDisk disk, string directory)
    {
        string path = Path.Combine(directory, FileName);
        var marker = Marker.Read(disk, directory);
        DurablePoint? mark = Read(disk, directory, out _, out Guid id);
        FileVersions.RefuseForeign(path, id, marker.Id);
        return mark is null && marker.HasId
            ? throw new JournalException(
                $"{path} {(disk.FileExists(path) ? "holds no mark" : "is missing")}: nobody knows whether the end of the journal is whole. "
                + "Nothing was changed; restore the directory from a copy, or save what can be read with 'matching repair'.")
            : mark;
    }

    /// <summary>Writes the mark over the older one; durable when it returns. One thread at a time.</summary>
    public void Write(in DurablePoint point)
    {
        _turn++;
        Magic.CopyTo(_slot.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(_slot.AsSpan(16), FileVersions.Watermark);
        BinaryPrimitives.WriteInt32LittleEndian(_slot.AsSpan(20), point.Closed ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(24), _turn);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(32), point.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(40), point.End);
        BinaryPrimitives.WriteInt64LittleEndian(_slot.AsSpan(48), point.Sequence);
        _id.TryWriteBytes(_slot.AsSpan(56));
        BinaryPrimitives.WriteUInt32LittleEndian(_slot, Page.Checksum(_slot));
        _file.Write(_turn % 2 * Page.Bytes, _slot);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static DurablePoint? Read(IDisk disk, string directory, out long turn, out Guid id)
    {
        string path = Path.Combine(directory, FileName);
        turn = 0;
        id = Guid.Empty;
        if (!disk.FileExists(path))
        {
            return null;
        }

        DurablePoint? latest = null;
        long damagedAt = -1;
        byte[] slot = new byte[SlotBytes];
        using IDiskFile file = disk.OpenRead(path);
        foreach (long position in (ReadOnlySpan<long>)[0, Page.Bytes])
        {
            slot.AsSpan(file.Read(position, slot)).Clear();
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot) != Page.Checksum(slot) || !slot.AsSpan(8, Magic.Length).SequenceEqual(Magic))
            {
                damagedAt = slot.AsSpan().ContainsAnyExcept((byte)0) ? position : damagedAt;
                continue;
            }

            int version = BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(16));
            FileVersions.RefuseNewer(path, version, FileVersions.Watermark);
            long slotTurn = BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(24));
            if (slotTurn > turn)
            {
                turn = slotTurn;
                id = version == 1 ? Guid.Empty : new Guid(slot.AsSpan(56, 16));
                latest = new DurablePoint(
                    BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(32)),
                    BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(40)),
                    BinaryPrimitives.ReadInt64LittleEndian(slot.AsSpan(48)),
                    BinaryPrimitives.ReadInt32LittleEndian(slot.AsSpan(20)) != 0);
            }
        }

        return latest is null && damagedAt >= 0
            ? throw Damage.At(path, damagedAt, "no mark in it is whole ('matching repair' saves what can be read)")
            : latest;
    }
}
