using System.Buffers.Binary;
using System.Globalization;
using Matching.Storage;

namespace Matching.Engine.Recordings;

/// <summary>
/// Reads a recording: its sittings in order, and each one's commands in the order in which they were decided, shard by shard.
/// Reading changes nothing and a recording in use may be read: it ends at the last whole block. One thread at a time.
/// </summary>
public sealed class RecordingReader
{
    private RecordingReader(IReadOnlyList<RecordingSitting> sittings) => Sittings = sittings;

    /// <summary>The lives of the engine that were recorded, in order.</summary>
    public IReadOnlyList<RecordingSitting> Sittings { get; }

    /// <summary>Opens a recording and reads the heads of its files.</summary>
    /// <param name="path">The folder, or one file of it.</param>
    /// <exception cref="InvalidDataException">It is no recording, a newer version's, or a file of it is missing; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecordingReader Open(string path) => Open(LocalDisk.Instance, path);

    internal static RecordingReader Open(IDisk disk, string path)
    {
        string[] paths = disk.DirectoryExists(path)
            ? [.. disk.List(path).Where(name => RecordingFormat.NumberOf(name) > 0).OrderBy(RecordingFormat.NumberOf).Select(name => Path.Combine(path, name))]
            : [path];
        if (paths.Length == 0)
        {
            throw new InvalidDataException($"{path} holds no recording: there is no file {RecordingFormat.NameOf(1)} or later in it");
        }

        var files = new List<(string Path, RecordingHead Head)>();
        byte[] head = new byte[RecordingFormat.HeadBytes];
        foreach (string file in paths)
        {
            using IDiskFile open = disk.OpenRead(file);
            int read = open.Read(0, head);
            if (read < RecordingFormat.HeadBytes && files.Count > 0 && ReferenceEquals(file, paths[^1]))
            {
                // Killed while this file was being made.
                continue;
            }

            files.Add((file, RecordingFormat.ReadHead(head.AsSpan(0, read), file)));
        }

        CheckNumbers(files);
        var sittings = files.GroupBy(file => file.Head.Sitting)
            .Select(group => new RecordingSitting(disk, [.. group.Select(file => file.Path)], group.First().Head))
            .ToList();
        return new RecordingReader(sittings);
    }

    /// <summary>True when a path is a recording: a file that begins as one, or a folder with such a file's name in it.</summary>
    public static bool IsRecording(string path)
    {
        if (LocalDisk.Instance.DirectoryExists(path))
        {
            return LocalDisk.Instance.List(path).Any(name => RecordingFormat.NumberOf(name) > 0);
        }

        if (!LocalDisk.Instance.FileExists(path))
        {
            return false;
        }

        using IDiskFile file = LocalDisk.Instance.OpenRead(path);
        Span<byte> start = stackalloc byte[8];
        return file.Read(0, start) == start.Length && start.SequenceEqual(RecordingFormat.Magic);
    }

    private static void CheckNumbers(List<(string Path, RecordingHead Head)> files)
    {
        for (int i = 1; i < files.Count; i++)
        {
            if (files[i].Head.Number != files[i - 1].Head.Number + 1)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"the recording has a hole: {files[i].Path} is file {files[i].Head.Number}, but the one before it is file {files[i - 1].Head.Number}"));
            }
        }
    }
}

/// <summary>One life of an engine, recorded.</summary>
public sealed class RecordingSitting
{
    private readonly IDisk _disk;
    private readonly IReadOnlyList<string> _files;
    private readonly byte[] _block = new byte[TapeChunk.Size];

    internal RecordingSitting(IDisk disk, IReadOnlyList<string> files, RecordingHead head)
    {
        _disk = disk;
        _files = files;
        Head = head;
    }

    /// <summary>The head of the first file that is left: the engine's shards and terms, and where its journal stood.</summary>
    public RecordingHead Head { get; }

    /// <summary>Commands dropped, as far as was read: the recorder could not keep up.</summary>
    public long Dropped { get; private set; }

    /// <summary>Commands of merchants, campaigns and promotions, as far as was read: a recording counts them and does not hold them.</summary>
    public long CampaignCommands { get; private set; }

    /// <summary>True when what was read ended with the sitting's own end.</summary>
    public bool Ended { get; private set; }

    /// <summary>Where reading ended in the middle of a block, and why that is no damage; null when it did not.</summary>
    public string? Torn { get; private set; }

    /// <summary>The commands. Those of one shard come in the order decided.</summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message says where.</exception>
    public IEnumerable<RecordedCommand> Commands()
    {
        Dropped = Head.DroppedBefore;
        CampaignCommands = Head.CampaignCommandsBefore;
        Ended = false;
        Torn = null;
        for (int i = 0; i < _files.Count; i++)
        {
            using IDiskFile file = _disk.OpenRead(_files[i]);
            long at = RecordingFormat.HeadBytes;
            while (TryReadBlock(file, _files[i], i == _files.Count - 1, ref at, out ReadOnlyMemory<byte> block))
            {
                Dropped += BinaryPrimitives.ReadInt64LittleEndian(block.Span[16..]);
                if (block.Span[8] == RecordingFormat.End)
                {
                    Ended = true;
                    yield break;
                }

                if (block.Span[8] == RecordingFormat.LeftOut)
                {
                    CampaignCommands += BinaryPrimitives.ReadInt64LittleEndian(block.Span[24..]);
                    continue;
                }

                int count = BinaryPrimitives.ReadInt32LittleEndian(block.Span[12..]);
                var command = new RecordedCommand { Shard = block.Span[9], DroppedBefore = Dropped + CampaignCommands };
                long ms = BinaryPrimitives.ReadInt64LittleEndian(block.Span[24..]);
                int offset = RecordingFormat.BlockHeadBytes;
                for (int k = 0; k < count; k++)
                {
                    offset += ReadOne(block.Span[offset..], ms, ref command, _files[i], at);
                    ms = command.Answer.Now;
                    yield return command;
                }
            }
        }
    }

    private static int ReadOne(ReadOnlySpan<byte> from, long beforeMs, ref RecordedCommand to, string path, long end)
    {
        try
        {
            return RecordCodec.Read(from, beforeMs, out to.Command, out to.Answer);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}, in the block that ends at byte {end}: {e.Message}"), e);
        }
    }

    private bool TryReadBlock(IDiskFile file, string path, bool last, ref long at, out ReadOnlyMemory<byte> block)
    {
        block = default;
        int read = file.Read(at, _block.AsSpan(0, RecordingFormat.BlockHeadBytes));
        if (read == 0)
        {
            return false;
        }

        int length = read == RecordingFormat.BlockHeadBytes ? BinaryPrimitives.ReadInt32LittleEndian(_block) : -1;
        int whole = RecordingFormat.BlockHeadBytes + length;
        if (length < 0 || whole > TapeChunk.Size)
        {
            return Stop(path, last, at, read < RecordingFormat.BlockHeadBytes);
        }

        read = file.Read(at, _block.AsSpan(0, whole));
        if (read < whole || !RecordingFormat.IsWhole(_block.AsSpan(0, whole)))
        {
            // Space that the file system gave the file, and that was not written before the power went.
            return Stop(path, last, at, read < whole || _block.AsSpan(0, whole).IndexOfAnyExcept((byte)0) < 0);
        }

        if (_block[8] is not (RecordingFormat.Commands or RecordingFormat.End or RecordingFormat.LeftOut))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}, byte {at}: a block of kind {_block[8]} is not known to this version"));
        }

        at += whole;
        block = _block.AsMemory(0, whole);
        return true;
    }

    /// <summary>A block cut off at the end of a sitting's last file is what a killed program leaves behind; anything else is damage.</summary>
    private bool Stop(string path, bool last, long at, bool cutOff)
    {
        string where = string.Create(CultureInfo.InvariantCulture, $"{path}, byte {at}");
        if (!last || !cutOff)
        {
            throw new InvalidDataException($"{where}: the block is damaged: its checksum is wrong or it is cut off");
        }

        Torn = $"{where}: the last block is cut off; the program was killed, or is still writing";
        return false;
    }
}
