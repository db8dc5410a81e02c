using System.Buffers.Binary;
using System.Globalization;

namespace Matching.Storage;

/// <summary>
/// A checkpoint that counts: a small file, written and renamed only after the checkpoint was read back. Little-endian:
/// <code>
/// 0 CRC32C of bytes 4 … 151 · 4 magic "LEDG" · 8 version of the format (8 bytes) · 16 position in the journal · 24 records ever
///   written · 32 keys · 40 bytes of index · 48 end of the log at the checkpoint before · 56 end of the log · 64 records in between
///   72 the store's token (16 bytes) · 88 where its writer began · 96 one where what closed before that is lost · 104 the data
///   directory's id (16 bytes) · 120 the ledger's id (16 bytes) · 136 checksum of the journal's page before the position
///   (4 bytes) · 144 end of the index in its file
/// </code>
/// </summary>
internal sealed record LedgerCheckpoint(
    long Position, long Written, long Keys, long IndexBytes, long PreviousTail, long Tail, long NewRecords, Guid Token, long From,
        bool Lost)
{
    private const int Bytes = 152;

    // The least of all versions.
    private const int LeastBytes = 104;
    private const string NameStart = "checkpoint-";

    /// <summary>The id of the data directory it was made in.</summary>
    public Guid Directory { get; init; }

    /// <summary>The ledger's own id, new each time one is made: checksums of its sectors begin with it.</summary>
    public Guid Ledger { get; init; }

    /// <summary>Checksum of the journal's page before <see cref="Position"/>; 0 where there is none.</summary>
    public uint Boundary { get; init; }

    /// <summary>Where the index ends in its file.</summary>
    public long IndexEnd { get; init; }

    /// <summary>The file of a checkpoint: the journal position is in its name.</summary>
    public string Name => NameStart + Position.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>Files of checkpoints in a directory, the newest first.</summary>
    public static IReadOnlyList<string> List(IDisk disk, string directory) => disk.DirectoryExists(directory)
        ? [.. disk.List(directory)
            .Where(name => name.StartsWith(NameStart, StringComparison.Ordinal) && name.Length == NameStart.Length + 19)
            .OrderDescending(StringComparer.Ordinal).Select(name => Path.Combine(directory, name))]
        : [];

    /// <summary>Makes it count: durable when it returns.</summary>
    public void Save(IDisk disk, string directory)
    {
        byte[] bytes = new byte[Bytes];
        "LEDG"u8.CopyTo(bytes.AsSpan(4));
        ReadOnlySpan<long> fields = [FileVersions.LedgerCheckpoint, Position, Written, Keys, IndexBytes, PreviousTail, Tail, NewRecords];
        for (int i = 0; i < fields.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 + (8 * i)), fields[i]);
        }

        Token.TryWriteBytes(bytes.AsSpan(72));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(88), From);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(96), Lost ? 1 : 0);
        Directory.TryWriteBytes(bytes.AsSpan(104));
        Ledger.TryWriteBytes(bytes.AsSpan(120));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(136), Boundary);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(144), IndexEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, LedgerRecord.Checksum(default, bytes.AsSpan(4)));
        string path = Path.Combine(directory, Name);
        using (IDiskFile file = disk.Create(path + ".new"))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(path + ".new", path);
        disk.SyncDirectory(directory);
    }

    /// <summary>Reads one of a data directory.</summary>
    /// <exception cref="LedgerException">It is damaged, of a newer program, or of another directory than this.</exception>
    public static LedgerCheckpoint Load(IDisk disk, string path, Guid directory)
    {
        var checkpoint = Load(disk, path);
        return FileVersions.IsForeign(checkpoint.Directory, directory)
            ? throw new LedgerException($"{path} belongs to another data directory: it has the id {checkpoint.Directory:N}, and this "
                + $"directory has {directory:N}")
            : checkpoint;
    }

    private static LedgerCheckpoint Load(IDisk disk, string path)
    {
        byte[] bytes = new byte[Bytes];
        using IDiskFile file = disk.OpenRead(path);
        int read = file.Read(0, bytes);
        long version = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
        int length = version < FileVersions.LedgerCheckpoint ? read : Bytes;
        if (read < LeastBytes || read != length || file.Length != length || !bytes.AsSpan(4, 4).SequenceEqual("LEDG"u8)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != LedgerRecord.Checksum(default, bytes.AsSpan(4, length - 4)))
        {
            throw new LedgerException($"{path} is damaged");
        }

        if (version < FileVersions.LedgerCheckpoint)
        {
            throw new LedgerOutdatedException(
                $"{path} has format version {version}, which is no longer read");
        }

        if (version > FileVersions.LedgerCheckpoint)
        {
            throw new LedgerVersionException(
                $"{path} has format version {version}; this program reads versions up to {FileVersions.LedgerCheckpoint}. Open the "
                + "directory with the newer program, or delete the ledger to let it be made anew");
        }

        return new LedgerCheckpoint(
            At(16), At(24), At(32), At(40), At(48), At(56), At(64), new Guid(bytes.AsSpan(72, 16)), At(88), At(96) != 0)
        {
            Directory = new Guid(bytes.AsSpan(104, 16)),
            Ledger = new Guid(bytes.AsSpan(120, 16)),
            Boundary = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(136)),
            IndexEnd = At(144),
        };

        long At(int position) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position));
    }
}

/// <summary>The ledger was written by a newer program: it is neither read nor thrown away.</summary>
public sealed class LedgerVersionException : LedgerException
{
    /// <summary>Makes one without words.</summary>
    public LedgerVersionException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public LedgerVersionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public LedgerVersionException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The ledger was written by an older program, in a format without checksums: it is made anew.</summary>
public sealed class LedgerOutdatedException : LedgerException
{
    /// <summary>Makes one without words.</summary>
    public LedgerOutdatedException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public LedgerOutdatedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public LedgerOutdatedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
