using System.Buffers.Binary;
using Matching.Core;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Recording.Tests;

/// <summary>The files of a recording: bounded, begun anew, cut off, damaged, missing, and whose they are.</summary>
public sealed class RecordingFileTests
{
    private readonly FaultyDisk _disk = new(1);

    [Fact]
    public void The_folder_stays_within_its_bound_and_says_how_much_is_missing()
    {
        var options = new RecordingOptions { Directory = RecordedRun.Folder, FileBytes = 1 << 20, TotalBytes = 2 << 20 };
        var run = new RecordedRun(_disk, options);
        SteppedEngine engine = run.Open();
        var batch = new Command[4_096];
        var answers = new Answer[batch.Length];
        const int Batches = 40;
        for (int b = 0; b < Batches; b++)
        {
            for (int i = 0; i < batch.Length; i++)
            {
                long order = (b * batch.Length) + i + 1;
                batch[i] =
                    new Command { Operation = Operation.QuickJoin, Item = 1 + (order % 999), Buyer = order, Order = order, Amount = order };
            }

            engine.Run(engine.Engine.ExecuteBatchAsync(batch, answers));
            Assert.True(_disk.Paths.Sum(path => (long)_disk.BytesOf(path).Length) <= options.TotalBytes);
        }

        engine.Close();
        Assert.True(_disk.Paths.Count(path => path.EndsWith(".rec", StringComparison.Ordinal)) is 1 or 2);
        RecordingSession sitting = Assert.Single(run.Read().Sittings);
        List<RecordedCommand> kept = [.. sitting.Commands()];
        Assert.True(sitting.Head.CommandsBefore > 0);
        Assert.Equal(Batches * batch.Length, sitting.Head.CommandsBefore + kept.Count);
        Assert.Equal(sitting.Head.CommandsBefore, sitting.Lacking);
        Assert.Equal(sitting.Head.CommandsBefore + 1, kept[0].Command.Order);
    }

    [Fact]
    public void A_recording_cut_off_at_any_byte_gives_the_whole_blocks_before_it()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(12);
        byte[] whole = _disk.BytesOf(RecordedRun.FirstFile);
        int seen = 0;
        for (int length = RecordingFormat.HeadBytes; length < whole.Length; length++)
        {
            _disk.Replace(RecordedRun.FirstFile, whole[..length]);
            RecordingSession sitting = run.Read().Sittings[0];
            int count = sitting.Commands().Count();
            Assert.InRange(count, seen, seen + 1);
            Assert.False(sitting.Ended);
            seen = count;
        }

        Assert.Equal(12, seen);
    }

    [Fact]
    public void A_flipped_byte_is_told_with_its_place_or_changes_nothing()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(6);
        byte[] whole = _disk.BytesOf(RecordedRun.FirstFile);
        List<Answer> answers = [.. run.Commands().Select(one => one.Answer)];
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= 0x10;
            _disk.Replace(RecordedRun.FirstFile, flipped);
            List<Answer> read = [];
            try
            {
                RecordingSession sitting = run.Read().Sittings[0];
                read.AddRange(sitting.Commands().Select(one => one.Answer));
                Assert.True(sitting.Torn is not null || read.Count == answers.Count, $"byte {i}: commands are missing in silence");
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(RecordedRun.FirstFile, e.Message, StringComparison.Ordinal);
            }

            Assert.Equal(answers.Take(read.Count), read);
        }
    }

    [Fact]
    public void A_newer_version_is_refused_by_name()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(1);
        byte[] bytes = _disk.BytesOf(RecordedRun.FirstFile);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), RecordingFormat.Version + 1);
        _disk.Replace(RecordedRun.FirstFile, bytes);
        InvalidDataException e = Assert.Throws<InvalidDataException>(run.Read);
        Assert.Contains("version 3", e.Message, StringComparison.Ordinal);
        Assert.Contains(RecordedRun.FirstFile, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_start_goes_on_in_the_folder_as_a_sitting_of_its_own_also_behind_a_torn_file()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(3);
        byte[] whole = _disk.BytesOf(RecordedRun.FirstFile);
        _disk.Replace(RecordedRun.FirstFile, whole[..^40]);
        run.RecordJoins(2);
        IReadOnlyList<RecordingSession> sittings = run.Read().Sittings;
        Assert.Equal([2, 2], sittings.Select(sitting => sitting.Commands().Count()));
        Assert.Equal([1L, 2L], sittings.Select(sitting => sitting.Head.Sitting));
        Assert.NotNull(sittings[0].Torn);
        Assert.True(sittings[1].Ended);
    }

    [Fact]
    public void A_file_killed_in_its_head_is_told_and_the_next_start_takes_its_place()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(3);
        const string Stub = "/recording/recording-000002.rec";
        _disk.Replace(Stub, _disk.BytesOf(RecordedRun.FirstFile)[..60]);
        Assert.Equal(Stub, run.Read().Stub);
        run.RecordJoins(2);
        RecordingReader read = run.Read();
        Assert.Null(read.Stub);
        Assert.Equal([3, 2], read.Sittings.Select(sitting => sitting.Commands().Count()));
    }

    [Fact]
    public void A_folder_that_another_engine_records_into_or_a_data_directory_is_refused()
    {
        var run = new RecordedRun(_disk);
        SteppedEngine engine = run.Open();
        Assert.Contains("another engine records into it", Assert.Throws<IOException>(() => run.Open()).Message, StringComparison.Ordinal);
        engine.Close();
        run.Open().Close();
        _disk.Replace("/recording/matching.marker", [1]);
        Assert.Contains("is a data directory", Assert.Throws<IOException>(() => run.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_in_the_middle_is_told()
    {
        var run = new RecordedRun(_disk);
        run.RecordJoins(1);
        run.RecordJoins(1);
        run.RecordJoins(1);
        _disk.Delete("/recording/recording-000002.rec");
        Assert.Contains("hole", Assert.Throws<InvalidDataException>(run.Read).Message, StringComparison.Ordinal);
    }
}
