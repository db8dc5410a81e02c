using Matching.Storage;

namespace Matching.Recording;

/// <summary>
/// The files of one sitting: written in pieces of some 256 KiB, never synced (a recording is no promise), begun anew when one is full,
/// the oldest of the folder deleted when the next would not fit. One thread at a time.
/// </summary>
internal sealed class RecordingWriter : IDisposable
{
    private const int BufferBytes = 256 << 10;
    private const string LockName = "recording.lock";

    private readonly IDisk _disk;
    private readonly RecordingOptions _options;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly List<(long Number, long Bytes)> _older = [];
    private readonly IDisposable _lock;
    private RecordingHead _head;
    private IDiskFile? _file;
    private long _fileBytes;
    private int _used;

    /// <summary>Makes the folder and the sitting's first file.</summary>
    /// <param name="options">Where, and how much.</param>
    /// <param name="sitting">What the head says of the engine; the numbers are filled in here.</param>
    /// <exception cref="IOException">The folder cannot be written, another engine records into it, or it is a data directory.</exception>
    public RecordingWriter(RecordingOptions options, in RecordingHead sitting)
    {
        _disk = options.Disk;
        _options = options with { };
        if (JournalFolder.Exists(_disk, options.Directory))
        {
            throw new IOException($"{options.Directory} is a data directory: a recording needs a folder of its own");
        }

        _disk.CreateDirectory(options.Directory);
        _lock = LockFile.TryTake(_disk, Path.Combine(options.Directory, LockName))
            ?? throw new IOException($"{options.Directory} is in use: another engine records into it");
        try
        {
            ListOlder();
            long first = _older.Count == 0 ? 1 : _older[^1].Number + 1;
            _head = sitting with { Number = first, Sitting = first };
            Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes written to files, those in the buffer included. Any thread.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a buffer's block.</summary>
    public void Add(RecordBuffer buffer)
    {
        Span<byte> block = buffer.Bytes.AsSpan(0, buffer.Length);
        RecordingFormat.WriteBlockHead(block, buffer.Kind, buffer.Shard, buffer.Count, buffer.Dropped, buffer.From);
        Put(block);
        bool campaigns = buffer.Kind == RecordingFormat.Campaigns;
        _head = _head with
        {
            CommandsBefore = _head.CommandsBefore + (campaigns ? 0 : buffer.Count),
            CampaignCommandsBefore = _head.CampaignCommandsBefore + (campaigns ? buffer.Count : 0),
            DroppedBefore = _head.DroppedBefore + buffer.Dropped,
        };
    }

    /// <summary>Adds the block that ends the sitting.</summary>
    /// <param name="dropped">Commands dropped that no block has told of.</param>
    /// <param name="sequence">Events in the journal.</param>
    public void End(long dropped, long sequence)
    {
        Span<byte> block = stackalloc byte[RecordingFormat.BlockHeadBytes];
        RecordingFormat.WriteBlockHead(block, RecordingFormat.End, 0, 0, dropped, sequence);
        Put(block);
        Flush();
    }

    /// <summary>Writes what is in the buffer.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            _file!.Write(_fileBytes - _used, _buffer.AsSpan(0, _used));
            _used = 0;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock.Dispose();
    }

    private void ListOlder()
    {
        foreach (long number in _disk.List(_options.Directory).Select(RecordingFormat.NumberOf).Where(number => number > 0).Order())
        {
            using IDiskFile file = _disk.OpenRead(PathOf(number));
            _older.Add((number, file.Length));
        }

        // Killed while it was being made: nothing is in it, and nobody could read past it.
        if (_older.Count > 0 && _older[^1].Bytes < RecordingFormat.HeadBytes)
        {
            _disk.Delete(PathOf(_older[^1].Number));
            _older.RemoveAt(_older.Count - 1);
        }
    }

    private void Put(ReadOnlySpan<byte> block)
    {
        if (_fileBytes + block.Length > _options.FileBytes)
        {
            Flush();
            _older.Add((_head.Number, _fileBytes));
            _head = _head with { Number = _head.Number + 1 };
            Begin();
        }

        if (_used + block.Length > BufferBytes)
        {
            Flush();
        }

        block.CopyTo(_buffer.AsSpan(_used));
        _used += block.Length;
        _fileBytes += block.Length;
        Bytes += block.Length;
    }

    private void Begin()
    {
        _file?.Dispose();
        _file = null;
        long total = _older.Sum(file => file.Bytes);
        while (_older.Count > 0 && total + _options.FileBytes > _options.TotalBytes)
        {
            _disk.Delete(PathOf(_older[0].Number));
            total -= _older[0].Bytes;
            _older.RemoveAt(0);
        }

        _file = _disk.Create(PathOf(_head.Number));
        RecordingFormat.WriteHead(_buffer, _head);
        _used = RecordingFormat.HeadBytes;
        _fileBytes = RecordingFormat.HeadBytes;
        Bytes += RecordingFormat.HeadBytes;
        Flush();
    }

    private string PathOf(long number) => Path.Combine(_options.Directory, RecordingFormat.NameOf(number));
}
