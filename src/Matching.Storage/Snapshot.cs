using System.Buffers.Binary;

namespace Matching.Storage;

/// <summary>A snapshot to be read. Sections may be read on any thread, one reader a buffer.</summary>
public sealed class Snapshot : IDisposable
{
    private readonly IDiskFile _file;
    private readonly string _path;
    private readonly SnapshotSection[] _sections;

    private Snapshot(IDiskFile file, string path, SnapshotHeader header, SnapshotSection[] sections)
    {
        _file = file;
        _path = path;
        _sections = sections;
        Header = header;
    }

    /// <summary>What it stands for.</summary>
    public SnapshotHeader Header { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>The sections there are, in the order in which they lie.</summary>
    public IEnumerable<int> Sections => _sections.Select(section => section.Id);

    /// <summary>Whether a section holds these bytes, by length and checksum: equal states have equal sections.</summary>
    public bool Holds(int section, ReadOnlySpan<byte> bytes)
    {
        int index = Array.FindIndex(_sections, entry => entry.Id == section);
        return index >= 0 && _sections[index].Length == bytes.Length && _sections[index].Checksum == Crc.OfPadded(bytes);
    }

    /// <summary>Reads a section and checks it.</summary>
    /// <param name="section">One of <see cref="Sections"/>.</param>
    /// <param name="buffer">Where the bytes go; replaced by a longer one where needed.</param>
    /// <returns>The bytes, in the buffer.</returns>
    /// <exception cref="SnapshotDamagedException">It is not there, or not as it was written.</exception>
    public ReadOnlyMemory<byte> Read(int section, ref byte[] buffer)
    {
        int index = Array.FindIndex(_sections, entry => entry.Id == section);
        if (index < 0)
        {
            throw SnapshotFormat.Damaged(_path, 0, $"section {section} is missing");
        }

        SnapshotSection found = _sections[index];
        int padded = Crc.Padded(found.Length);
        if (buffer.Length < padded)
        {
            buffer = new byte[padded];
        }

        int read;
        try
        {
            read = _file.Read(found.Offset, buffer.AsSpan(0, padded));
        }
        catch (IOException e)
        {
            throw new SnapshotDamagedException($"{_path} cannot be read at byte {found.Offset}: {e.Message}", e);
        }

        return read == padded && Crc.Of(buffer.AsSpan(0, padded)) == found.Checksum
            ? buffer.AsMemory(0, found.Length)
            : throw SnapshotFormat.Damaged(_path, found.Offset, $"the checksum of section {section} does not fit");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Opens one.</summary>
    /// <param name="disk">Where it lies.</param>
    /// <param name="path">Its file.</param>
    /// <param name="sequence">What its name says.</param>
    /// <param name="directory">The id of its directory.</param>
    internal static Snapshot Open(IDisk disk, string path, long sequence, Guid directory)
    {
        IDiskFile file;
        try
        {
            file = disk.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotDamagedException($"{path} cannot be read: {e.Message}", e);
        }

        try
        {
            return Open(file, path, sequence, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new SnapshotDamagedException($"{path} cannot be read: {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Snapshot Open(IDiskFile file, string path, long sequence, Guid directory)
    {
        byte[] ends = new byte[SnapshotFormat.HeaderBytes];
        long trailerAt = file.Length - SnapshotFormat.TrailerBytes;
        if (trailerAt < SnapshotFormat.HeaderBytes || file.Read(0, ends) != ends.Length)
        {
            throw SnapshotFormat.Damaged(path, Math.Max(0, file.Length), "the file ends here");
        }

        SnapshotHeader header = SnapshotFormat.ReadHeader(path, ends, directory);
        uint headerChecksum = BinaryPrimitives.ReadUInt32LittleEndian(ends);
        file.Read(trailerAt, ends);
        var trailer = SnapshotFormat.ReadTrailer(path, trailerAt, ends);
        if (trailer.Length != file.Length || trailer.HeaderChecksum != headerChecksum || header.Sequence != sequence
            || trailer.TableOffset + (trailer.Sections * SnapshotFormat.EntryBytes) != trailerAt)
        {
            throw SnapshotFormat.Damaged(path, trailerAt, "header, trailer and name do not belong together");
        }

        byte[] table = new byte[trailerAt - trailer.TableOffset];
        if (file.Read(trailer.TableOffset, table) != table.Length || Crc.Of(table) != trailer.TableChecksum)
        {
            throw SnapshotFormat.Damaged(path, trailer.TableOffset, "the checksum of the table does not fit");
        }

        var sections = new SnapshotSection[trailer.Sections];
        for (int i = 0; i < sections.Length; i++)
        {
            sections[i] = SnapshotFormat.ReadEntry(table.AsSpan(i * SnapshotFormat.EntryBytes));
        }

        return new Snapshot(file, path, header, sections);
    }
}
