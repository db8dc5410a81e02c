using System.Formats.Tar;
using System.IO.Compression;

namespace Matching.Host.Traffic;

/// <summary>Opens recorded files as they are: plain, gzip, or a tar archive of several, told apart by content and not by name.</summary>
internal static class TrafficSource
{
    private const int TarMagicAt = 257;
    private const int HeadBytes = 512;

    /// <summary>Reads a file, or each file of an archive, one behind the other.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Given the name to show, whether it came from an archive, and the plain content.</param>
    /// <param name="progress">Told how many bytes of the file have been taken; null for silence.</param>
    public static void Read(string path, Action<string, bool, Stream> read, Action<long>? progress)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        using var counted = new CountingStream(file, progress);
        Stream content = Unpack(counted);
        var head = new HeadStream(content, HeadBytes);
        if (!IsTar(head.Head))
        {
            read(Path.GetFileName(path), false, head);
            return;
        }

        using var archive = new TarReader(head);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.DataStream is { } member)
            {
                read($"{Path.GetFileName(path)}:{entry.Name}", true, member);
            }
        }
    }

    private static Stream Unpack(Stream raw)
    {
        var head = new HeadStream(raw, 2);
        return head.Head is [0x1F, 0x8B] ? new GZipStream(head, CompressionMode.Decompress) : head;
    }

    private static bool IsTar(ReadOnlySpan<byte> head) =>
        head.Length == HeadBytes && head[TarMagicAt..].StartsWith("ustar"u8);
}
