namespace Matching.Engine;

/// <summary>Reads one file of a view log, also while it grows. One thread.</summary>
public sealed class ViewLogReader : IDisposable
{
    /// <summary>Bytes of a record.</summary>
    public const int RecordBytes = ViewLogFormat.RecordBytes;

    private readonly FileStream _file;
    private readonly byte[] _record = new byte[RecordBytes];

    /// <summary>Opens a file.</summary>
    /// <param name="path">One of <see cref="List"/>.</param>
    /// <param name="from">Where to begin: 0, or a <see cref="Position"/> of before.</param>
    public ViewLogReader(string path, long from)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
        _file.Position = Position = from;
    }

    /// <summary>Byte behind the last record read.</summary>
    public long Position { get; private set; }

    /// <summary>The files of a data directory, oldest first.</summary>
    public static IReadOnlyList<string> List(string dataDirectory)
    {
        string folder = ViewLogFormat.Folder(dataDirectory);
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "views-*.log").Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The next record; a whole one only.</summary>
    /// <param name="view">The view; of lost ones the time alone counts.</param>
    /// <param name="lost">How many views were lost at that time; 0 for a view. A damaged record is one lost.</param>
    public bool TryRead(out View view, out long lost)
    {
        (view, lost) = (default, 0);
        if (_file.ReadAtLeast(_record, RecordBytes, throwOnEndOfStream: false) < RecordBytes)
        {
            return false;
        }

        Position += RecordBytes;
        if (!ViewLogFormat.TryRead(_record, out view, out lost))
        {
            (view, lost) = (new View { At = view.At }, 1);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
