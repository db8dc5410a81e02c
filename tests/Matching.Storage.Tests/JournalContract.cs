using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Matching.Core.Campaigns;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>Events appended at a time, 1 … 150, with 0 for a commit. Shrunk by leaving some out.</summary>
public sealed record Appends(int[] Counts)
{
    public static Arbitrary<Appends> Any() => Arb.From(
        Gen.ArrayOf(Gen.Frequency((6, Gen.Choose(1, 40)), (2, Gen.Constant(0)), (1, Gen.Choose(41, 150))))
            .Select(counts => new Appends(counts)),
        appends => appends.Counts.Select((_, left) => new Appends([.. appends.Counts[..left], .. appends.Counts[(left + 1)..]])));

    public override string ToString() => $"[{string.Join(", ", Counts)}]";
}

/// <summary>What every journal promises, whatever it is made of.</summary>
public abstract class JournalContract
{
    protected abstract IJournal New();

    [Fact]
    public void A_new_journal_is_empty()
    {
        using IJournal journal = New();
        Assert.Equal(0, journal.NextSequence);
        Assert.Equal(0, journal.DurableSequence);
        Assert.Equal(0, Numbered.ReadAll(journal));
    }

    [Fact]
    public void Events_are_numbered_when_appended_and_durable_when_committed()
    {
        using IJournal journal = New();
        journal.AppendNext(3);
        journal.AppendNext(2);
        Assert.Equal(5, journal.NextSequence);
        Assert.Equal(0, journal.DurableSequence);
        Assert.Equal(0, Numbered.ReadAll(journal));
        journal.Commit();
        Assert.Equal(5, journal.NextSequence);
        Assert.Equal(5, journal.DurableSequence);
        Assert.Equal(5, Numbered.ReadAll(journal));
    }

    [Fact]
    public void A_commit_of_nothing_does_nothing()
    {
        using IJournal journal = New();
        journal.Commit();
        journal.Append([], 0);
        journal.Commit();
        Assert.Equal(0, journal.DurableSequence);
        journal.CommitNext(1);
        journal.Commit();
        Assert.Equal(1, Numbered.ReadAll(journal));
    }

    [Fact]
    public void A_commit_is_one_block()
    {
        using IJournal journal = New();
        journal.AppendNext(3);
        journal.AppendNext(4);
        journal.Commit();
        journal.CommitNext(2);
        using IJournalReader reader = journal.Read(0);
        Assert.True(reader.TryReadBlock(out long first, out int count, out _));
        Assert.Equal((0, 7), (first, count));
        Assert.True(reader.TryReadBlock(out first, out count, out _));
        Assert.Equal((7, 2), (first, count));
        Assert.False(reader.TryReadBlock(out _, out _, out _));
    }

    [Fact]
    public void A_reader_starts_at_any_event()
    {
        using IJournal journal = New();
        for (int i = 0; i < 12; i++)
        {
            journal.CommitNext(1 + (i % 5));
        }

        for (long from = 0; from <= journal.DurableSequence; from++)
        {
            Assert.Equal(journal.DurableSequence, Numbered.ReadAll(journal, from));
        }
    }

    /// <summary>
    /// A block holds what all loops had ready: events of items and of campaigns, which say their lengths in different ways.
    /// </summary>
    [Fact]
    public void A_reader_starts_behind_an_event_of_campaigns()
    {
        using IJournal journal = New();
        byte[] campaigns = ControlCodec.Encode(new ControlEvent
        {
            Kind = ControlEventKind.MerchantSet,
            At = 1,
            Merchant = 7,
            Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed)
        });
        journal.Append([.. Numbered.Events(0, 1), .. campaigns, .. campaigns, .. Numbered.Events(3, 1)], 4);
        journal.Commit();
        (long From, int Bytes)[] expected = [(1, (2 * campaigns.Length) + Numbered.Events(3, 1).Length),
            (2, campaigns.Length + Numbered.Events(3, 1).Length), (3, Numbered.Events(3, 1).Length)];
        foreach ((long from, int bytes) in expected)
        {
            using IJournalReader reader = journal.Read(from);
            Assert.True(reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events));
            Assert.Equal((from, 4 - (int)from, bytes), (first, count, events.Length));
        }
    }

    [Fact]
    public void A_reader_ends_at_what_is_durable_and_goes_on_later()
    {
        using IJournal journal = New();
        using IJournalReader reader = journal.Read(0);
        long read = 0;
        for (int i = 0; i < 40; i++)
        {
            journal.AppendNext(3);
            Assert.Equal(read, Numbered.ReadAll(reader, read));
            journal.Commit();
            read = Numbered.ReadAll(reader, read);
            Assert.Equal(journal.DurableSequence, read);
        }
    }

    [Fact]
    public void A_reader_beyond_the_durable_events_is_refused()
    {
        using IJournal journal = New();
        journal.CommitNext(2);
        journal.AppendNext(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Read(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Read(-1));
    }

    [Fact]
    public void A_count_that_cannot_be_is_refused_and_changes_nothing()
    {
        using IJournal journal = New();
        Assert.Throws<ArgumentException>(() => journal.Append([], 1));
        Assert.Throws<ArgumentException>(() => journal.Append(Numbered.Events(0, 1), 0));
        Assert.Throws<ArgumentException>(() => journal.Append(Numbered.Events(0, 1), -1));
        journal.CommitNext(1);
        Assert.Equal(1, Numbered.ReadAll(journal));
    }

    [Fact]
    public void A_closed_journal_takes_nothing()
    {
        IJournal journal = New();
        journal.Dispose();
        journal.Dispose();
        Assert.Throws<ObjectDisposedException>(() => journal.Append(Numbered.Events(0, 1), 1));
        Assert.Throws<ObjectDisposedException>(journal.Commit);
    }

    [Property(MaxTest = 60, Arbitrary = [typeof(Appends)])]
    public virtual void Whatever_is_committed_is_read_from_any_event_on(Appends appends)
    {
        ArgumentNullException.ThrowIfNull(appends);
        using IJournal journal = New();
        foreach (int count in appends.Counts)
        {
            // 0 stands for a commit.
            if (count == 0)
            {
                journal.Commit();
            }
            else
            {
                journal.AppendNext(count);
            }
        }

        journal.Commit();
        long all = journal.NextSequence;
        Assert.Equal([all, all, all], [Numbered.ReadAll(journal), Numbered.ReadAll(journal, all / 2), Numbered.ReadAll(journal, all)]);
    }

    [Fact]
    public async Task Readers_run_beside_the_writer()
    {
        using IJournal journal = New();
        const int Commits = 300;
        const long All = Commits * 7;
        Task<long>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            using IJournalReader reader = journal.Read(0);
            long read = 0;
            while (read < All)
            {
                read = Numbered.ReadAll(reader, read);
            }

            return read;
        }))];
        for (int i = 0; i < Commits; i++)
        {
            journal.CommitNext(7);
        }

        Assert.All(await Task.WhenAll(readers), read => Assert.Equal(All, read));
    }
}

public sealed class MemoryJournalContract : JournalContract
{
    protected override IJournal New() => new MemoryJournal();
}

public sealed class SimulatedDiskContract : JournalContract
{
    protected override IJournal New() => Simulated.Open(new FaultyDisk(1));
}

public sealed class RealDiskContract : JournalContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _journals;

    // Each makes and syncs files.
    // Each run is files on a disk.
    [Property(MaxTest = 10, Arbitrary = [typeof(Appends)])]
    public override void Whatever_is_committed_is_read_from_any_event_on(Appends appends) =>
        base.Whatever_is_committed_is_read_from_any_event_on(appends);

    public void Dispose() => _directory.Dispose();

    protected override IJournal New() => SegmentJournal.Open(new JournalOptions
    {
        Directory = Path.Combine(_directory.Path, $"{_journals++}"),
        SegmentBytes = 64 << 10,
    });
}
