using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>What a start costs of the disk, and what it leaves there: issue 18, point 10.</summary>
public sealed class StartCostTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Ten_starts_with_the_default_length_leave_a_few_mebibytes(int events)
    {
        using TemporaryDirectory directory = new();
        for (int start = 0; start < 10; start++)
        {
            using SegmentJournal journal = SegmentJournal.Open(new JournalOptions { Directory = directory.Path });
            Assert.Equal(start * events, Numbered.ReadAll(journal));
            if (events > 0)
            {
                journal.CommitNext(events);
            }
        }

        long bytes = new DirectoryInfo(directory.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Assert.True(bytes < 3 * MiB, $"{bytes} bytes after ten starts");
    }

    // A crash loop: what each life made ahead, and what it did not fill, goes at the next start.
    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void Starts_that_are_killed_leave_the_pages_they_wrote(int commits)
    {
        const int First = 4 * Page.Bytes, Longest = 64 * Page.Bytes, Kills = 50;
        FaultyDisk disk = new(1);
        for (int start = 0; start < Kills; start++)
        {
            SegmentJournal journal = Simulated.OpenGrowing(disk, Longest);
            for (int i = 0; i < commits; i++)
            {
                journal.CommitNext(1);
            }

            disk.Restart();
        }

        // Each life wrote a page a commit and a header a segment; of the last one all that it made is still there.
        int segments = disk.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal));
        long bytes = disk.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)).Sum(path => (long)disk.LengthOf(path));
        long written = ((Kills * commits) + segments) * (long)Page.Bytes;
        Assert.InRange(bytes, written, written + (commits == 0 ? First : 2 * Longest) + (Kills * 5L * Page.Bytes));
    }
}
