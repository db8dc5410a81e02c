using Matching.Core;
using Matching.Engine.State;
using Matching.Kit.Disks;
using Matching.Kit.Engine;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>R38: a start from a snapshot and the journal behind it is a start from the whole journal.</summary>
public sealed class SnapshotTests
{
    private const int Commands = 300;

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    [InlineData(3, 7)]
    public void A_start_from_a_snapshot_shows_what_a_start_from_the_whole_journal_shows(int shards, int shardsLater)
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(shards);
        SnapshotRig.Publish(rig);
        stage.Play(rig, Commands);
        Assert.True(Take(rig).Sequence > 0);
        stage.Play(rig, Commands);
        SnapshotTaken second = Take(rig);
        Assert.Equal(second.Sequence, rig.Engine.Health.SnapshotSequence);
        stage.Play(rig, Commands);
        string before = SnapshotRig.Everything(rig);
        rig.Close();

        SteppedEngine again = stage.Open(shardsLater);
        Assert.Equal(second.Sequence, again.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(again));
        again.Close();

        // Without them: the whole journal.
        foreach (string path in stage.Disk.Paths.Where(path => path.EndsWith(".snap", StringComparison.Ordinal)))
        {
            stage.Disk.Delete(path);
        }

        SteppedEngine whole = stage.Open(shardsLater);
        Assert.Equal(0, whole.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(whole));
        whole.Close();
        Assert.Empty(stage.Warnings);
    }

    [Fact]
    public void A_broken_snapshot_is_passed_over_told_and_set_aside_and_the_one_before_stands_in()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(2);
        stage.Play(rig, Commands);
        long first = Take(rig).Sequence;
        stage.Play(rig, Commands);
        long second = Take(rig).Sequence;
        stage.Play(rig, 50);
        string before = SnapshotRig.Everything(rig);
        rig.Close();

        Damage(stage, second);
        SteppedEngine fallen = stage.Open(2);
        Assert.Equal(first, fallen.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(fallen));
        Assert.Contains($"the snapshot of event {second} is broken", Assert.Single(stage.Warnings), StringComparison.Ordinal);
        Assert.Contains(stage.Disk.Paths, path => path.EndsWith(".broken", StringComparison.Ordinal));
        fallen.Close();

        Damage(stage, first);
        SteppedEngine whole = stage.Open(2);
        Assert.Equal(0, whole.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(whole));
        whole.Close();
    }

    [Fact]
    public void The_bytes_journaled_since_the_last_one_bring_the_next_and_two_are_kept()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(with: options => options with { SnapshotBytes = 10_000 });
        List<long> seen = [];
        for (int i = 0; i < 40; i++)
        {
            stage.Play(rig, 100);
            seen.Add(rig.Engine.Health.SnapshotSequence);
        }

        Assert.True(seen.Distinct().Count() > 3, string.Join(' ', seen));
        Assert.Equal(SnapshotStore.Kept, stage.Disk.Paths.Count(path => path.EndsWith(".snap", StringComparison.Ordinal)));
        string before = SnapshotRig.Everything(rig);
        rig.Close();
        SteppedEngine again = stage.Open();
        Assert.Equal(seen[^1], again.Engine.RecoveredFromSnapshot);
        Assert.Equal(before, SnapshotRig.Everything(again));
        again.Close();
    }

    [Fact]
    public void Segments_before_the_older_snapshot_are_archived_and_read_there_until_the_horizon_deletes_them()
    {
        var stage = new SnapshotRig();
        for (int start = 0; start < 4; start++)
        {
            SteppedEngine rig = stage.Open();
            stage.Play(rig, 100);
            Take(rig);
            rig.Close();
        }

        Assert.Contains(stage.Disk.Paths, path => path.EndsWith("archive/journal-000001.arc", StringComparison.Ordinal));
        SteppedEngine all = stage.Open();
        Assert.Equal(all.Engine.Health.DurableSequence, Follow(all, 0));
        all.Close();

        SteppedEngine cut = stage.Open(with: options => options with { ArchiveHorizon = TimeSpan.Zero });
        Subscription early = cut.Run(cut.Engine.SubscribeAsync("early"));
        stage.Play(cut, 100);
        Take(cut);
        stage.Play(cut, 100);
        Take(cut);
        string before = SnapshotRig.Everything(cut);
        Assert.True(early.IsLapsed);
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => cut.Engine.ReadEventsAsync(0));
        Assert.Contains("the oldest event kept", refused.Message, StringComparison.Ordinal);
        cut.Run(early.RestartAsync());
        Assert.False(early.IsLapsed);
        cut.Close();

        SteppedEngine again = stage.Open(3);
        Assert.Equal(before, SnapshotRig.Everything(again));
        again.Close();
    }

    [Fact]
    public void A_payment_system_slower_than_the_archives_horizon_still_gets_every_refund_owed_R37()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open(with: options => options with { ArchiveHorizon = TimeSpan.Zero });
        stage.Play(rig, 300);
        IAsyncEnumerator<RefundView> refunds = rig.Engine.RefundsAsync().GetAsyncEnumerator();
        Assert.True(rig.Run(refunds.MoveNextAsync()));
        HashSet<RefundView> delivered = [refunds.Current];
        long from = rig.Engine.Health.DurableSequence;

        // A block a command, so that segments turn.
        for (int i = 1; i <= 1_200; i++)
        {
            stage.Play(rig, 1);
            if (i % 300 == 0)
            {
                Take(rig);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Engine.ReadEventsAsync(from));
        IReadOnlyList<RefundView> owed = rig.Run(rig.Engine.RefundsOwedAsync(int.MaxValue));
        Assert.Contains(owed, refund => !delivered.Contains(refund));
        while (!delivered.IsSupersetOf(owed))
        {
            Assert.True(rig.Run(refunds.MoveNextAsync()));
            Assert.True(delivered.Add(refunds.Current), $"{refunds.Current} came twice before its time");
            Assert.Contains(refunds.Current, owed);
        }

        rig.Close();
    }

    // Reads from an event to the end; returns the sequence behind the last one.
    private static long Follow(SteppedEngine rig, long from)
    {
        async Task<long> Read()
        {
            long end = rig.Engine.Health.DurableSequence;
            await foreach (JournaledEvent e in rig.Engine.ReadEventsAsync(from))
            {
                Assert.Equal(from++, e.Sequence);
                if (from == end)
                {
                    break;
                }
            }

            return from;
        }

        return rig.Run(new ValueTask<long>(Read()));
    }

    [Fact]
    public void A_snapshot_of_another_journal_is_refused()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open();
        stage.Play(rig, 100);
        long sequence = Take(rig).Sequence;
        rig.Close();

        // The other one gets the same id: only the chain of checksums tells them apart.
        var other = new SnapshotRig(stage.Disk.Copy(1));
        string path = new SnapshotStore(other.Disk, SnapshotRig.Directory).PathOf(sequence);
        byte[] bytes = other.Disk.BytesOf(path);
        foreach (string each in other.Disk.Paths.ToArray())
        {
            other.Disk.Delete(each);
        }

        SteppedEngine mixed = other.Open();
        for (long item = 1; mixed.Engine.Health.DurableSequence < sequence + 10; item++)
        {
            mixed.Join(item, 1, 1);
        }

        mixed.Close();
        other.Disk.Replace(path, bytes);
        JournalException refused = Assert.Throws<JournalException>(() => other.Open());
        Assert.Contains("was made of another journal than this", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_another_directory_is_told_and_passed_over()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open();
        stage.Play(rig, 100);
        long sequence = Take(rig).Sequence;
        ulong hash = rig.Hash();
        rig.Close();
        var other = new SnapshotRig(new FaultyDisk(2));
        SteppedEngine theirs = other.Open();
        other.Play(theirs, 100);
        Assert.Equal(sequence, Take(theirs).Sequence);
        theirs.Close();
        string path = new SnapshotStore(stage.Disk, SnapshotRig.Directory).PathOf(sequence);
        stage.Disk.Replace(path, other.Disk.BytesOf(path));
        SteppedEngine again = stage.Open();
        Assert.Contains(stage.Warnings, warning => warning.Contains("belongs to another data directory", StringComparison.Ordinal));
        Assert.Equal((0, hash), (again.Engine.RecoveredFromSnapshot, again.Hash()));
    }

    // What the program before ids wrote: it opens, from its snapshot too, and is of this version from then on.
    [Fact]
    public void A_directory_of_the_version_without_ids_opens_with_its_snapshot_and_is_upgraded()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open();
        stage.Play(rig, 100);
        rig.Close();
        rig = stage.Open();
        stage.Play(rig, 100);
        long sequence = Take(rig).Sequence;
        stage.Play(rig, 50);
        string before = SnapshotRig.Everything(rig);
        rig.Close();
        OldDirectory.Make(stage.Disk, SnapshotRig.Directory);
        for (int start = 0; start < 2; start++)
        {
            SteppedEngine again = stage.Open();
            Assert.Equal((sequence, before), (again.Engine.RecoveredFromSnapshot, SnapshotRig.Everything(again)));
            again.Close();
        }

        Assert.Empty(stage.Warnings);
        stage.Disk.Delete($"{SnapshotRig.Directory}/watermark");
        Assert.Contains("watermark is missing", Assert.Throws<JournalException>(() => stage.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_that_ends_before_its_snapshot_is_refused()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open();
        stage.Play(rig, 100);
        FaultyDisk early = stage.Disk.Copy();
        stage.Play(rig, 100);
        long sequence = Take(rig).Sequence;
        string path = new SnapshotStore(stage.Disk, SnapshotRig.Directory).PathOf(sequence);
        early.Replace(path, stage.Disk.BytesOf(path));
        JournalException refused = Assert.Throws<JournalException>(() => new SnapshotRig(early).Open());
        Assert.Contains("answered entries are missing", refused.Message, StringComparison.Ordinal);
    }

    // The negative control of every comparison here: bytes that are wrong under a right checksum are seen as another state.
    [Fact]
    public void A_wrong_snapshot_with_right_checksums_is_seen_by_what_these_tests_compare()
    {
        var stage = new SnapshotRig();
        SteppedEngine rig = stage.Open();
        stage.Play(rig, Commands);
        long sequence = Take(rig).Sequence;
        string before = SnapshotRig.Everything(rig);
        rig.Close();
        var store = new SnapshotStore(stage.Disk, SnapshotRig.Directory);
        using (Snapshot snapshot = store.Open(sequence))
        {
            using SnapshotWriter forged = store.Create(sequence, snapshot.Header.Boundary, snapshot.Header.NowMs);
            byte[] buffer = [];
            foreach (int section in snapshot.Sections)
            {
                byte[] bytes = snapshot.Read(section, ref buffer).ToArray();

                // A seat's amount, in the middle of a partition.
                bytes[section < BookOptions.Partitions ? bytes.Length / 2 : 0] ^= (byte)(section < BookOptions.Partitions ? 1 : 0);
                forged.Write(section, bytes);
            }

            forged.Complete();
        }

        bool seen;
        try
        {
            SteppedEngine again = stage.Open();
            seen = again.Engine.RecoveredFromSnapshot == 0
                || !string.Equals(before, SnapshotRig.Everything(again), StringComparison.Ordinal);
        }
        catch (InvariantException)
        {
            seen = true;
        }

        Assert.True(seen);
    }

    private static SnapshotTaken Take(SteppedEngine rig)
    {
        Task<SnapshotTaken> taken = rig.Engine.SnapshotAsync();
        rig.Loops.RunUntilIdle();
        return new Pending<SnapshotTaken>(taken).Value;
    }

    private static void Damage(SnapshotRig stage, long sequence)
    {
        string path = new SnapshotStore(stage.Disk, SnapshotRig.Directory).PathOf(sequence);
        byte[] bytes = stage.Disk.BytesOf(path);
        bytes[bytes.Length / 2] ^= 4;
        stage.Disk.Replace(path, bytes);
    }
}
