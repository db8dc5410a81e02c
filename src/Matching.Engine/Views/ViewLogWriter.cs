using System.Globalization;

namespace Matching.Engine;

/// <summary>
/// Appends views to files of its own in a data directory, also beside a running engine: every writer begins new files. Written, not synced:
/// views may be lost with the machine (R22). When the logs are longer than their bound, the oldest file is deleted. One thread.
/// </summary>
/// <param name="dataDirectory">The data directory.</param>
/// <param name="mostBytes">The bound of all view logs of the directory together.</param>
public sealed class ViewLogWriter(string dataDirectory, long mostBytes = ViewLogWriter.DefaultBytes) : IDisposable
{
    /// <summary>The bound when nothing is said: 1 GiB, 27 million views.</summary>
    public const long DefaultBytes = 1L << 30;

    private const int MostFiles = 16;
    private readonly byte[] _record = new byte[ViewLogFormat.RecordBytes];
    private FileStream? _file;

    /// <summary>Adds a view; its time must be set.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Add(in View view) => Add(view, 0);

    /// <summary>What was added can be read by others from here on.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Flush() => _file?.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Adds that views were lost.</summary>
    internal void AddLost(long views, long at) => Add(new View { At = at }, views);

    /// <summary>After a failure: what comes goes to a new file.</summary>
    internal void Abandon()
    {
        try
        {
            Dispose();
        }
        catch (IOException)
        {
            // What its buffer held is counted as lost by who sees the failure; the file is not written to again.
            _file = null;
        }
    }

    private void Add(in View view, long lost)
    {
        if (_file is null || _file.Position >= mostBytes / MostFiles)
        {
            Dispose();
            _file = Begin();
        }

        ViewLogFormat.Write(_record, view, lost);
        _file.Write(_record);
    }

    private FileStream Begin()
    {
        string folder = ViewLogFormat.Folder(dataDirectory);
        Directory.CreateDirectory(folder);
        DropOldest();
        for (long number = 1 + ViewLogReader.List(dataDirectory).Select(NumberOf).DefaultIfEmpty().Max(); ; number++)
        {
            string path = Path.Combine(folder, ViewLogFormat.NameOf(number));
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another writer took the number.
            }
        }
    }

    private void DropOldest()
    {
        IReadOnlyList<string> files = ViewLogReader.List(dataDirectory);
        long bytes = files.Sum(path => new FileInfo(path).Length);
        foreach (string path in files.TakeWhile(_ => bytes > mostBytes - (mostBytes / MostFiles)))
        {
            bytes -= new FileInfo(path).Length;
            File.Delete(path);
        }
    }

    private static long NumberOf(string path)
    {
        string digits = Path.GetFileNameWithoutExtension(path)["views-".Length..];
        return long.TryParse(digits, CultureInfo.InvariantCulture, out long number) ? number : 0;
    }
}
