using System.Globalization;
using Matching.Storage;

namespace Matching.Recording;

/// <summary>
/// Reads a recording: its sittings in order, and each one's commands in the order in which they were decided, shard by shard.
/// Reading changes nothing and a recording in use may be read: it ends at the last whole block. One thread at a time.
/// </summary>
public sealed class RecordingReader
{
    private RecordingReader(IReadOnlyList<RecordingSession> sittings, string? stub) => (Sittings, Stub) = (sittings, stub);

    /// <summary>The lives of the engine that were recorded, in order.</summary>
    public IReadOnlyList<RecordingSession> Sittings { get; }

    /// <summary>The newest file, when the program was killed while it made it: it holds nothing and is left out. Null for none.</summary>
    public string? Stub { get; }

    /// <summary>Opens a recording and reads the heads of its files.</summary>
    /// <param name="path">The folder, or one file of it.</param>
    /// <exception cref="InvalidDataException">It is no recording, a newer version's, or a file of it is missing; the message names the
    /// file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RecordingReader Open(string path) => Open(LocalDisk.Instance, path);

    internal static RecordingReader Open(IDisk disk, string path)
    {
        string[] paths = disk.DirectoryExists(path)
            ? [.. disk.List(path).Where(name => RecordingFormat.NumberOf(name) > 0).OrderBy(RecordingFormat.NumberOf)
                .Select(name => Path.Combine(path, name))]
            : [path];
        if (paths.Length == 0)
        {
            throw new InvalidDataException($"{path} holds no recording: there is no file {RecordingFormat.NameOf(1)} or later in it");
        }

        var files = new List<(string Path, RecordingHead Head)>();
        string? stub = null;
        byte[] head = new byte[RecordingFormat.HeadBytes];
        foreach (string file in paths)
        {
            using IDiskFile open = disk.OpenRead(file);
            int read = open.Read(0, head);
            if (read < RecordingFormat.HeadBytes && files.Count > 0 && ReferenceEquals(file, paths[^1]))
            {
                stub = file;
                continue;
            }

            files.Add((file, RecordingFormat.ReadHead(head.AsSpan(0, read), file)));
        }

        CheckNumbers(files);
        var sittings = files.GroupBy(file => file.Head.Sitting)
            .Select(group => new RecordingSession(disk, [.. group.Select(file => file.Path)], group.First().Head))
            .ToList();
        return new RecordingReader(sittings, stub);
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
                    $"the recording has a hole: {files[i].Path} is file {files[i].Head.Number}, but the one before it is file "
                        + $"{files[i - 1].Head.Number}"));
            }
        }
    }
}
