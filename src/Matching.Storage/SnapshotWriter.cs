namespace Matching.Storage;

/// <summary>Writes one snapshot; see <see cref="SnapshotFormat"/>. One thread at a time.</summary>
public sealed class SnapshotWriter : IDisposable
{
    private static readonly byte[] s_zeros = new byte[8];
    private readonly IDisk _disk;
    private readonly string _directory;
    private readonly string _path;
    private readonly string _finalPath;
    private readonly IDiskFile _file;
    private readonly PiecewiseWriter _writer;
    private readonly uint _headerChecksum;
    private readonly List<SnapshotSection> _sections = [];
    private readonly SnapshotHeader _header;
    private readonly Guid _id;

    internal SnapshotWriter(IDisk disk, string directory, string path, string finalPath, in SnapshotHeader header)
    {
        _id = Marker.Read(disk, directory).Id;
        _disk = disk;
        _directory = directory;
        _path = path;
        _finalPath = finalPath;
        _header = header;
        _file = disk.Create(path);
        _writer = new PiecewiseWriter(_file, 0);
        Span<byte> bytes = stackalloc byte[SnapshotFormat.HeaderBytes];
        _headerChecksum = SnapshotFormat.WriteHeader(bytes, header, _id);
        _writer.Write(bytes);
    }

    /// <summary>Bytes so far.</summary>
    public long Length => _writer.Position;

    /// <summary>Adds a section.</summary>
    public void Write(int section, ReadOnlySpan<byte> bytes)
    {
        _sections.Add(new SnapshotSection(section, _writer.Position, bytes.Length, Crc.OfPadded(bytes)));
        _writer.Write(bytes);
        _writer.Write(s_zeros.AsSpan(0, Crc.Padded(bytes.Length) - bytes.Length));
    }

    /// <summary>Makes the file whole and durable, reads it back from the disk, and gives it its name.</summary>
    /// <exception cref="SnapshotDamagedException">It does not read as it was written; it got no name.</exception>
    public void Complete()
    {
        byte[] table = SnapshotFormat.Table(_sections);
        byte[] trailer = SnapshotFormat.Trailer(_headerChecksum, _writer.Position, table);
        _writer.Write(table);
        _writer.Write(trailer);
        _writer.Flush();
        _file.Sync();
        _file.DropCache();
        using (var written = Snapshot.Open(_disk, _path, _header.Sequence, _id))
        {
            byte[] buffer = [];
            foreach (int section in written.Sections)
            {
                written.Read(section, ref buffer);
            }
        }

        _disk.Rename(_path, _finalPath);
        _disk.SyncDirectory(_directory);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
