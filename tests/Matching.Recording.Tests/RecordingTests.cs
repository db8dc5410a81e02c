using System.Threading.Channels;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Kit;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Recording.Tests;

public sealed class RecordingTests
{
    private static readonly ControlCommand s_merchant = new()
    {
        Operation = ControlOperation.SetMerchant,
        Request = 1,
        Merchant = 7,
        Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed),
    };

    private readonly FaultyDisk _disk = new(1);

    [Fact]
    public void Every_command_and_its_answer_is_recorded_with_the_time_of_its_decision()
    {
        var run = new RecordedRun(_disk);
        SteppedEngine engine = run.Open();
        Answer opened = engine.Join(3, 11, 101);
        engine.Time.Pass(500);
        Answer formed = engine.Join(3, 12, 102);
        Answer refused = engine.Run(engine.Engine.ShipAsync(3, 999));
        engine.Close();

        IReadOnlyList<RecordedCommand> recorded = run.Commands();
        Assert.Equal([opened, formed, refused], recorded.Select(one => one.Answer));
        Assert.Equal([Operation.QuickJoin, Operation.QuickJoin, Operation.Ship], recorded.Select(one => one.Command.Operation));
        Assert.Equal([SteppedEngine.Start, SteppedEngine.Start + 500, SteppedEngine.Start + 500], recorded.Select(one => one.Command.At));
        Assert.Equal(11, recorded[0].Command.Buyer);
    }

    [Fact]
    public void Campaign_commands_are_recorded_with_their_answers_but_for_those_whose_fields_are_wrong()
    {
        var run = new RecordedRun(_disk);
        SteppedEngine engine = run.Open();
        engine.Join(3, 11, 101);
        ControlAnswer registered = engine.Control(s_merchant);
        engine.Time.Pass(500);
        ControlAnswer repeated = engine.Control(s_merchant);
        var unknown = new ControlCommand { Operation = ControlOperation.EndCampaign, Request = 2, Campaign = 99 };
        ControlAnswer refused = engine.Control(unknown);
        Assert.Equal(ControlOutcome.BadRequest, engine.Control(s_merchant with { Request = 3, Merchant = -1 }).Outcome);
        engine.Join(3, 12, 102);
        engine.Close();
        Assert.Equal(3, engine.Engine.Recording!.CampaignCommands);
        Assert.Equal(2, engine.Engine.Recording!.Commands);

        List<RecordedCommand> campaigns = [.. run.Commands().Where(one => one.Campaign is not null)];
        Assert.Equal([registered, repeated, refused with { Reason = "" }], campaigns.Select(one => one.CampaignAnswer));
        Assert.Equal([s_merchant with { At = SteppedEngine.Start }, s_merchant with { At = SteppedEngine.Start + 500 },
            unknown with { At = SteppedEngine.Start + 500 }], campaigns.Select(one => one.Campaign));
        Assert.Equal([101L, 0, 0, 0, 102], run.Commands().Select(one => one.Command.Order));
        Assert.Equal(0, Assert.Single(run.Read().Sittings).Dropped);
    }

    [Fact]
    public void A_mark_that_finds_no_buffer_stands_before_the_next_command_recorded()
    {
        var buffers = new RecordBuffers(2 * RecordBuffer.Size, Channel.CreateUnbounded<RecordBuffer>());
        var recorder = new CommandRecorder(0, buffers);
        (RecordBuffer first, RecordBuffer second) = (buffers.Rent()!, buffers.Rent()!);
        recorder.Mark(3);
        recorder.Record(new Command { Operation = Operation.QuickJoin, Quantity = 1 }, default);
        Assert.Null(recorder.TakeBuffers());
        Assert.Equal(1, recorder.DroppedUntold);

        buffers.Return(first);
        buffers.Return(second);
        recorder.Record(new Command { Operation = Operation.QuickJoin, Quantity = 1 }, default);
        RecordBuffer mark = recorder.TakeBuffers()!;
        Assert.Equal((RecordingFormat.Mark, 3L, 1L), (mark.Kind, mark.From, mark.Dropped));
        Assert.Equal((RecordingFormat.Commands, 1), (mark.Next!.Kind, mark.Next.Count));
    }

    [Fact]
    public void The_next_file_tells_of_the_campaign_commands_before_it_when_the_first_is_gone()
    {
        var run =
            new RecordedRun(_disk, new RecordingOptions { Directory = RecordedRun.Folder, FileBytes = 1 << 20, TotalBytes = 2 << 20 });
        SteppedEngine engine = run.Open();
        engine.Control(s_merchant);
        for (int order = 1; _disk.FileExists(RecordedRun.FirstFile); order++)
        {
            var commands = new Command[1_000];
            for (int i = 0; i < commands.Length; i++)
            {
                commands[i] = new Command { Operation = Operation.SoloBuy, Item = 1, Buyer = 1, Order = (order * 1_000) + i, Quantity = 1 };
            }

            engine.Run(engine.Engine.ExecuteBatchAsync(commands, new Answer[commands.Length]));
            Assert.True(order < 1_000, "the first file is still there");
        }

        engine.Close();
        RecordingSession sitting = run.Read().Sittings[0];
        Assert.True(sitting.Head.Number > 1);
        Assert.Equal(1, sitting.Head.CampaignCommandsBefore);
        Assert.DoesNotContain(sitting.Commands(), one => one.Campaign is not null);
    }

    [Fact]
    public void Nothing_is_recorded_unless_asked_for()
    {
        SteppedEngine engine = SteppedEngine.Open();
        engine.Join(3, 11, 101);
        Assert.Null(engine.Engine.Recording);
        engine.Close();
    }

    [Fact]
    public void Every_field_of_a_command_and_an_answer_comes_back()
    {
        var random = new Random(7);
        byte[] bytes = new byte[RecordCodec.MaxBytes];
        for (int i = 0; i < 2_000; i++)
        {
            // A limit among the values now and then: the longest numbers must fit.
            long Any() => random.Next(4) == 0 ? BookOptions.MaxId : random.Next(3) == 0 ? 0 : random.NextInt64(BookOptions.MaxId);
            long now = Any();
            var command = new Command
            {
                Operation = (Operation)random.Next(1, 14),
                Item = Any(),
                Order = Any(),
                Buyer = Any(),
                Team = Any(),
                Invite = Any(),
                Price = Any(),
                Amount = Any(),
                Payment = random.Next(2) == 0 ? Any() : Ids.Payments[random.Next(Ids.Payments.Length)],
                Quantity = random.Next(1, int.MaxValue),
                Size = (ushort)random.Next(1000),
                Source = (Source)random.Next(8),
                Cause = (RefundCause)random.Next(7),
                InviteOnly = random.Next(2) == 0,
                OpenNew = random.Next(2) == 0,
                PriceNamed = random.Next(2) == 0,
                ByKey = random.Next(2) == 0,
                At = now,
                BuyerFacts = new((Matching.Core.Campaigns.BuyerStanding)random.Next(3), (byte)random.Next(256)),
            };
            var answer = new Answer
            {
                Outcome = (Outcome)random.Next(1, 67),
                Ok = random.Next(2) == 0,
                Repeated = random.Next(2) == 0,
                Rerouted = random.Next(2) == 0,
                Rule = (byte)random.Next(45),
                SeatsLeft = random.Next(1000),
                Item = command.Item,
                Order = command.Order,
                Team = Any(),
                Deadline = Any(),
                Until = Any(),
                Suggest = Any(),
                Holding = Any(),
                Invite = Any(),
                Now = now,
            };
            int length = RecordCodec.Write(bytes, command, answer, now - random.Next(2));
            Assert.InRange(length, 9, RecordCodec.MaxBytes);
            long before = now - (long)bytes[6];
            Assert.Equal(length, RecordCodec.Read(bytes.AsSpan(0, length), before, out Command command2, out Answer answer2));
            Assert.Equal(command, command2);
            Assert.Equal(answer, answer2);
            Assert.Throws<FormatException>(() => RecordCodec.Read(bytes.AsSpan(0, length - 1), before, out _, out _));
        }
    }

    [Fact]
    public void A_recorder_that_is_stuck_drops_and_counts_and_delays_no_join()
    {
        var run = new RecordedRun(_disk, new RecordingOptions { Directory = RecordedRun.Folder, BufferBytes = 1 << 20 });
        SteppedEngine engine = run.Open();
        engine.Loops.Stuck.Add("matching recording");
        const int Joins = 40;
        for (int i = 1; i <= Joins; i++)
        {
            Assert.True(engine.Join(1, i, i).Ok);
        }

        // One buffer a batch of one: 16 fit into 1 MiB.
        Assert.Equal(Joins - 16, engine.Engine.Recording!.Dropped);
        engine.Loops.Stuck.Clear();
        engine.Loops.RunUntilIdle();
        engine.Join(1, 1_000, 1_000);
        engine.Close();

        RecordingSession sitting = run.Read().Sittings[0];
        List<RecordedCommand> recorded = [.. sitting.Commands()];
        Assert.Equal(17, recorded.Count);
        Assert.Equal(0, recorded[15].DroppedBefore);
        Assert.Equal(Joins - 16, recorded[16].DroppedBefore);
        Assert.Equal(Joins - 16, sitting.Dropped);
        Assert.True(sitting.Ended);
    }

    [Fact]
    public void Commands_dropped_at_the_very_end_are_told_in_the_end()
    {
        var run = new RecordedRun(_disk, new RecordingOptions { Directory = RecordedRun.Folder, BufferBytes = 1 << 20 });
        SteppedEngine engine = run.Open();
        engine.Loops.Stuck.Add("matching recording");
        for (int i = 1; i <= 20; i++)
        {
            engine.Join(1, i, i);
        }

        engine.Loops.Stuck.Clear();
        engine.Close();
        RecordingSession sitting = run.Read().Sittings[0];
        Assert.Equal(16, sitting.Commands().Count());
        Assert.Equal(4, sitting.Dropped);
    }

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    public void A_failing_disk_ends_the_recording_and_not_the_engine(DiskFault fault)
    {
        var run = new RecordedRun(_disk);
        SteppedEngine engine = run.Open();
        Assert.True(engine.Join(1, 1, 1).Ok);
        _disk.Fault = (_, call, _) => call == DiskCall.Write ? fault : DiskFault.None;
        for (int i = 2; i <= 9; i++)
        {
            Assert.True(engine.Join(1, i, i).Ok);
        }

        RecordingStatus status = engine.Engine.Recording!;
        Assert.NotNull(status.Failure);
        Assert.Equal(9, status.Commands + status.Dropped);
        Assert.True(status.Dropped >= 7);
        _disk.Fault = null;
        engine.Close();
        RecordingSession sitting = run.Read().Sittings[0];
        Assert.NotEmpty(sitting.Commands());
        Assert.False(sitting.Ended);
    }

    [Fact]
    public void An_answer_that_became_unavailable_is_not_recorded()
    {
        var journal = new FaultyJournal { FailAt = 2 };
        SteppedEngine engine = SteppedEngine.Open(journal, with: options => options with
        {
            Recording = new RecordingOptions { Directory = RecordedRun.Folder, Disk = _disk },
        });
        Assert.True(engine.Join(1, 1, 1).Ok);
        Assert.Equal(Outcome.Unavailable, engine.Join(1, 2, 2).Outcome);
        engine.Close();
        Assert.Equal(1, Assert.Single(new RecordedRun(_disk).Commands()).Command.Order);
    }

    [Fact]
    public void A_sitting_tells_where_its_journal_began_and_ended()
    {
        var run = new RecordedRun(_disk);
        SteppedEngine engine = run.Open();
        engine.Join(3, 11, 101);
        engine.Control(s_merchant);
        engine.Close();
        RecordingSession sitting = run.Read().Sittings[0];
        Assert.Equal(2, sitting.Commands().Count());

        // A team opened and a merchant known: an event each.
        Assert.Equal((0L, 2L), (sitting.Head.Sequence, sitting.EndSequence));
    }

    [Fact]
    public void Wrong_options_are_refused_together_before_anything_is_made()
    {
        var options = new RecordingOptions { Directory = " ", FileBytes = 5, TotalBytes = 5, BufferBytes = 5 };
        ArgumentException e = Assert.Throws<ArgumentException>(() => new RecordedRun(_disk, options).Open());
        Assert.All((string[])["Directory", "FileBytes", "TotalBytes", "BufferBytes"],
            name => Assert.Contains("Recording." + name, e.Message, StringComparison.Ordinal));
        Assert.Empty(_disk.Paths);
    }
}
