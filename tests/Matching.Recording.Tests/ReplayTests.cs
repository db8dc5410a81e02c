using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Recording.Tests;

/// <summary>A recording played back on a fresh engine gives the recorded answers, to the last field (R36, R43).</summary>
public sealed class ReplayTests
{
    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("MATCHING_PROGRAMS"),
        System.Globalization.CultureInfo.InvariantCulture, out int runs) ? Math.Min(runs, 20_000) / 20 : 40;

    [Fact]
    public void A_random_run_replayed_at_its_recorded_times_gives_the_recorded_answers()
    {
        for (int seed = 1; seed <= Runs; seed++)
        {
            List<RecordedCommand> recorded = Record(seed, out ulong hash, out long end, out RecordingHead head);
            Assert.True(recorded.Count > 200);
            SteppedEngine fresh = Fresh(head, seed);
            foreach (RecordedCommand one in recorded)
            {
                if (one.Campaign is { } campaign)
                {
                    ControlAnswer again = fresh.Control(campaign);
                    Assert.True(
                        one.CampaignAnswer == again with { Reason = "" },
                        $"seed {seed}, {campaign.Operation} {campaign.Request} at {campaign.At}: recorded {one.CampaignAnswer}, "
                        + $"replayed {again}");
                    continue;
                }

                Answer answer = fresh.Execute(one.Command);
                Assert.True(Equals(one.Answer, answer),
                    $"seed {seed}, {one.Command.Operation} of {one.Command.Item}:{one.Command.Order} at {one.Command.At}: "
                    + $"recorded {one.Answer.Outcome} {one.Answer.Team}, replayed {answer.Outcome} {answer.Team}");
            }

            fresh.Run(fresh.Engine.AdvanceAsync(end));
            Assert.Equal(hash, fresh.Hash());
            fresh.Close();
        }
    }

    [Fact]
    public void A_replay_whose_times_are_all_one_is_told_apart_from_the_recording()
    {
        // The planted bug of the property above: times that are not replayed must show.
        List<RecordedCommand> recorded = Record(1, out _, out _, out RecordingHead head);
        SteppedEngine fresh = Fresh(head, 1);
        Assert.Contains(recorded.Where(one => one.Campaign is null),
            one => !Equals(one.Answer, fresh.Execute(one.Command with { At = recorded[0].Command.At })));
        fresh.Close();
    }

    private static SteppedEngine Fresh(RecordingHead head, int seed) =>
        SteppedEngine.Open(shards: head.Shards, seed: seed, with: options => options with { ManualClock = true, Book = head.Terms });

    /// <summary>
    /// Singles and batches, campaigns beside them, time passing, timers firing, many requests in flight at once. Every third run has
    /// campaigns only, and no terms without one.
    /// </summary>
    private static List<RecordedCommand> Record(int seed, out ulong hash, out long end, out RecordingHead head)
    {
        var random = new Random(seed);
        var run = new RecordedRun(new FaultyDisk(seed));
        var book =
            new BookOptions { TeamSize = 2 + (seed % 2), TeamLifeMs = 1_000_000, HoldMs = 100_000, CampaignsRequired = seed % 3 == 0 };
        SteppedEngine engine = run.Open(shards: 1 + (seed % 4), seed, book: book);
        var commands = new RandomCommands(seed, SteppedEngine.Start);
        var offers = new RandomOffers(seed);
        List<Task> waits = [.. RandomOffers.Merchants.Select(command => engine.Engine.ControlAsync(command))];
        for (int i = 0; i < 120; i++)
        {
            Command[] some = commands.Take(random.Next(1, 5), timed: false);
            waits.Add(some.Length == 1
                ? engine.Engine.ExecuteAsync(some[0]).AsTask()
                : engine.Engine.ExecuteBatchAsync(some, new Answer[some.Length]).AsTask());
            if (random.Next(4) == 0)
            {
                waits.Add(engine.Engine.ControlAsync(offers.Next(engine.Engine.Now)));
            }

            for (int step = random.Next(12); step > 0; step--)
            {
                engine.Loops.Step();
            }

            engine.Time.Pass(random.Next(4) == 0 ? random.Next(80_000) : random.Next(20));
        }

        // A timer that fired on the way was for its own time: what is due by now comes a ms later.
        foreach (int ms in (int[])[2_000_000, 1])
        {
            engine.Time.Pass(ms);
            engine.Loops.RunUntilIdle();
        }

        Assert.All(waits, wait => Assert.True(wait.IsCompletedSuccessfully));
        hash = engine.Hash();
        end = engine.Engine.Now;
        engine.Close();
        RecordingSession sitting = Assert.Single(run.Read().Sittings);
        head = sitting.Head;
        List<RecordedCommand> recorded = [.. sitting.Commands()];
        Assert.True(sitting.Ended);
        Assert.Equal(0, sitting.Dropped);
        return recorded;
    }
}
