using System.Formats.Tar;
using System.IO.Compression;

namespace Matching.Host.Traffic;

/// <summary>
/// Opens recorded files as they are: plain, gzip, tar or zip, also one in the other, told apart by content and not by name. Each is
/// opened once and read once from front to back, so pipes serve as well, but for zip, whose table of contents is at its end.
/// </summary>
/// <param name="read">Given the name to show, whether it came from an archive, and the plain content; says whether it knew what to do
/// with it.</param>
/// <param name="note">Told what of an archive is passed over, in words.</param>
internal sealed class TrafficSource(Func<string, bool, Stream, bool> read, Action<string> note)
{
    /// <summary>The file name that stands for standard input.</summary>
    public const string StandardInput = "-";

    private const int DeepestNesting = 4;

    /// <summary>Reads a file, or each file of an archive, one behind the other.</summary>
    /// <param name="path">The file, or <see cref="StandardInput"/>.</param>
    /// <param name="progress">Told how many bytes of it have been taken; null for silence.</param>
    /// <returns>True when any of it was known.</returns>
    /// <exception cref="DamagedFileException">It is cut off or damaged.</exception>
    /// <exception cref="InvalidDataException">It is packed in a way that is not read.</exception>
    public bool Read(string path, Action<long>? progress)
    {
        using Stream file = path is StandardInput ? Console.OpenStandardInput()
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return Take(NameOf(path), false, new CountingStream(file, progress), file, 0);
    }

    /// <summary>A file as messages name it.</summary>
    public static string NameOf(string path) =>
        path is StandardInput ? "standard input"
        : path is "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) ? path
        : Path.GetFileName(path);

    /// <summary>True for a file on a disk with something in it, which may be opened as often as one likes; false for a pipe.</summary>
    public static bool IsOnDisk(string path)
    {
        // A pipe behind /dev/stdin or /dev/fd is a link to something that is no path; one with a name has no length.
        return File.Exists(path)
            && new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) is { Exists: true, Length: > 0 };
    }

    private bool Take(string name, bool inArchive, Stream content, Stream? whole, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException($"{name}: archives in archives, more than {DeepestNesting} deep");
        }

        var head = new HeadStream(content, Packings.HeadBytes);
        switch (Packings.Of(head.Head, out string unread))
        {
            case Packing.Gzip:
                return TakeGzip(name, inArchive, head, depth);
            case Packing.Tar:
                return TakeTar(name, head, depth);
            case Packing.Zip when whole is { CanSeek: true }:
                return TakeZip(name, whole, depth);
            case Packing.Zip:
                return Refuse(name, inArchive,
                    "a zip archive in a pipe or another archive, where its table of contents cannot be reached: unpack it first");
            case Packing.Unread:
                return Refuse(name, inArchive, unread);
            default:
                return read(name, inArchive, head);
        }
    }

    private bool Refuse(string name, bool inArchive, string why)
    {
        if (!inArchive)
        {
            throw new InvalidDataException($"{name} is {why}");
        }

        note($"{name} is passed over: it is {why}");
        return false;
    }

    private bool TakeGzip(string name, bool inArchive, Stream content, int depth)
    {
        using var plain = new WholeGzip(content, name);
        bool known = Take(name, inArchive, plain, null, depth + 1);
        plain.ReadToEnd();
        return known;
    }

    private bool TakeTar(string name, Stream content, int depth)
    {
        bool known = false;
        using var archive = new TarReader(content);
        while (NextEntry(archive, name) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && entry.DataStream is { } member)
            {
                string memberName = $"{name}:{Fields.Printable(entry.Name)}";
                known |= Take(memberName, true, new MemberStream(member, memberName, entry.Length, null), null, depth + 1);
            }
        }

        return known;
    }

    private static TarEntry? NextEntry(TarReader archive, string name)
    {
        try
        {
            return archive.GetNextEntry();
        }
        catch (EndOfStreamException e)
        {
            throw new DamagedFileException($"{name}: the tar archive has no end: it was cut off", e);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new DamagedFileException($"{name}: the tar archive is damaged: {e.Message}", e);
        }
    }

    private bool TakeZip(string name, Stream whole, int depth)
    {
        using ZipArchive archive = OpenZip(name, whole);
        if (archive.GetEntry("[Content_Types].xml") is not null)
        {
            return Refuse(name, false, "an Office file: save the sheet as CSV");
        }

        bool known = false;
        foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Length > 0))
        {
            string memberName = $"{name}:{Fields.Printable(entry.FullName)}";
            using Stream member = OpenEntry(entry, memberName);
            known |= Take(memberName, true, new MemberStream(member, memberName, entry.Length, entry.Crc32), null, depth + 1);
        }

        return known;
    }

    private static ZipArchive OpenZip(string name, Stream whole)
    {
        try
        {
            whole.Position = 0;
            var archive = new ZipArchive(whole, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries.Count;
            return archive;
        }
        catch (InvalidDataException e)
        {
            throw new DamagedFileException($"{name}: the zip archive has no table of contents at its end: it was cut off or is damaged", e);
        }
    }

    private static Stream OpenEntry(ZipArchiveEntry entry, string name)
    {
        if (entry.IsEncrypted)
        {
            throw new InvalidDataException($"{name} is encrypted: unpack the archive first");
        }

        try
        {
            return entry.Open();
        }
        catch (InvalidDataException e)
        {
            throw new DamagedFileException($"{name} cannot be unpacked: {e.Message}", e);
        }
    }
}
