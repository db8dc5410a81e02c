using System.Security.Cryptography;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>A directory of the real disk that goes away with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-storage-");

    public string Path => _directory.FullName;

    public void Dispose() => _directory.Delete(recursive: true);
}

/// <summary>Journals on disks in memory.</summary>
internal static class Simulated
{
    public const string Directory = "/data";
    public const int SmallSegment = 6 * Page.Bytes;

    public static JournalOptions Options(long segmentBytes = SmallSegment) =>
        new() { Directory = Directory, SegmentBytes = segmentBytes, Background = new InlineScheduler() };

    public static SegmentJournal Open(FaultyDisk disk, long segmentBytes = SmallSegment) =>
        SegmentJournal.Open(Options(segmentBytes), disk);

    /// <summary>A start begins with the shortest segment and doubles it up to a length.</summary>
    public static SegmentJournal OpenGrowing(FaultyDisk disk, long segmentBytes) =>
        SegmentJournal.Open(Options(segmentBytes) with { FirstSegmentBytes = Storage.Segment.MinBytes }, disk);

    public static string Segment(int number) => $"{Directory}/journal-{number:D6}.seg";

    /// <summary>Opens a journal that must be refused and changes nothing on its disk.</summary>
    public static string Refused(FaultyDisk disk)
    {
        Dictionary<string, string> before = Contents(disk);
        JournalException refusal = Assert.Throws<JournalException>(() => Open(disk));
        Assert.Equal(before, Contents(disk));
        return refusal.Message;
    }

    // The lock file is no part of it: taking the lock may make it.
    private static Dictionary<string, string> Contents(FaultyDisk disk) => disk.Paths
        .Where(path => !path.EndsWith(JournalDirectory.LockName, StringComparison.Ordinal))
        .ToDictionary(path => path, path => Convert.ToHexString(SHA256.HashData(disk.BytesOf(path))), StringComparer.Ordinal);
}
