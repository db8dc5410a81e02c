using System.Globalization;
using System.Text;
using Matching.Core;

namespace Matching.Storage;

/// <summary>
/// What makes a directory a data directory, and says what must be in it: a small text with a checksum. The id is random, made with the
/// directory, and in the header of each of its files, so that a file of another directory is known. From the first segment on all are
/// there, one after the other, here or in the archive; older ones the archive's horizon has deleted. The watermark is there, with a mark
/// of the latest start.
/// <code>
/// matching data directory
/// version 2
/// partitions 1024
/// id 0123456789abcdef0123456789abcdef   (from version 2 on)
/// first 1                               (from version 2 on)
/// checksum 01234567                     (CRC32C of the lines above)
/// </code>
/// </summary>
/// <param name="Version">See <see cref="FileVersions.Marker"/>.</param>
/// <param name="Id">The directory's id; empty in version 1.</param>
/// <param name="FirstSegment">Number of the oldest segment that must be there; 0 in version 1, where nobody knows.</param>
internal sealed record Marker(int Version, Guid Id, long FirstSegment)
{
    public const string FileName = "matching.marker";
    private const string Format = "matching data directory";
    private const string NextName = "matching.marker.next";

    /// <summary>Says nothing but that it is a data directory.</summary>
    public static Marker Old { get; } = new(1, Guid.Empty, 0);

    /// <summary>It names the id and what must exist.</summary>
    public bool HasId => Id != Guid.Empty;

    /// <summary>The marker of a directory; <see cref="Old"/> where there is none.</summary>
    /// <exception cref="JournalException">It is damaged, of a newer version, or of a program with other partitions.</exception>
    public static Marker Read(IDisk disk, string directory)
    {
        string path = Path.Combine(directory, FileName);
        return disk.FileExists(path) ? ReadFile(disk, path) : Old;
    }

    /// <summary>Puts it in the place of the one before, at once and as a whole; durable when it returns.</summary>
    public void Replace(IDisk disk, string directory)
    {
        // Not the name that a new directory's marker has until it is whole: without the marker, that one says that nothing was answered
        // from here.
        Write(disk, Path.Combine(directory, NextName));
        disk.Rename(Path.Combine(directory, NextName), Path.Combine(directory, FileName));
        disk.SyncDirectory(directory);
    }

    /// <summary>Writes it into a file; the bytes are durable when it returns, the name is not.</summary>
    public void Write(IDisk disk, string path)
    {
        using IDiskFile file = disk.Create(path);
        file.Write(0, Encoding.ASCII.GetBytes(Text(BookOptions.Partitions)));
        file.Sync();
    }

    private static Marker ReadFile(IDisk disk, string path)
    {
        byte[] bytes = new byte[1024];
        using IDiskFile file = disk.OpenRead(path);
        string text = Encoding.ASCII.GetString(bytes, 0, file.Read(0, bytes));
        string[] lines = text.Split('\n');
        bool whole = lines.Length >= 4
            && string.Equals(lines[0], Format, StringComparison.Ordinal)
            && string.Equals(text, WithChecksum(string.Concat(lines.SkipLast(2).Select(line => line + "\n"))), StringComparison.Ordinal);
        if (!whole || !long.TryParse(ValueOf(lines, "version"), NumberStyles.None, CultureInfo.InvariantCulture, out long version))
        {
            throw Damage.At(path, 0, "the marker is not as it was written");
        }

        FileVersions.RefuseNewer(path, (int)Math.Min(version, int.MaxValue), FileVersions.Marker);
        Guid id = Guid.TryParseExact(ValueOf(lines, "id"), "N", out Guid found) ? found : Guid.Empty;
        _ = long.TryParse(ValueOf(lines, "first"), NumberStyles.None, CultureInfo.InvariantCulture, out long first);
        var marker = new Marker((int)version, id, first);
        return string.Equals(text, marker.Text(BookOptions.Partitions), StringComparison.Ordinal)
            ? marker
            : throw new JournalException(
                $"{path} says \"{lines[2]}\"; this program has {BookOptions.Partitions}. Team ids depend on it: open the directory "
                + "with the program that made it.");
    }

    private static string ValueOf(string[] lines, string word) =>
        lines.FirstOrDefault(line => line.StartsWith(word + " ", StringComparison.Ordinal))?[(word.Length + 1)..] ?? "";

    private string Text(int partitions)
    {
        string old = string.Create(CultureInfo.InvariantCulture, $"{Format}\nversion {Version}\npartitions {partitions}\n");
        return WithChecksum(Version == 1 ? old : string.Create(CultureInfo.InvariantCulture, $"{old}id {Id:N}\nfirst {FirstSegment}\n"));
    }

    private static string WithChecksum(string text)
    {
        // Page.Checksum begins at byte 4 and takes 8 at a time.
        byte[] bytes = new byte[(4 + text.Length + 7) / 8 * 8];
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(4));
        return string.Create(CultureInfo.InvariantCulture, $"{text}checksum {Page.Checksum(bytes):x8}\n");
    }
}
