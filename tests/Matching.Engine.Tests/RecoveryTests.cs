using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

public sealed class RecoveryTests
{
    private const int Commands = 3_000;

    [Fact]
    public void Any_number_of_shards_and_any_restart_give_the_same_state()
    {
        (ulong hash, List<Outcome> outcomes) one = Play(1, 1);
        Assert.Equal(one.hash, Play(4, 2).Hash);
        Assert.Equal(one.outcomes, Play(4, 3).Outcomes);
        Assert.Equal(one.hash, Play(16, 4).Hash);
        Assert.NotEqual(one.hash, Play(1, 1, Commands / 2).Hash);
    }

    [Fact]
    public void A_journal_may_be_opened_with_another_number_of_shards()
    {
        var journal = new FaultyJournal();
        SteppedEngine first = Open(journal, 4);
        long end = Send(first, Commands).Now;
        first.Run(first.Engine.AdvanceAsync(end));
        ulong hash = first.Hash();
        Counts counts = first.Run(first.Engine.CountAsync());
        long highest = Events.Of(journal).Max(e => e.Event.Order);
        first.Close();
        foreach (int shards in new[] { 1, 2, 7 })
        {
            SteppedEngine next = Open(journal, shards);
            Assert.Equal(hash, next.Hash());
            Assert.Equal(counts, next.Run(next.Engine.CountAsync()));
            Assert.Equal(journal.DurableSequence, next.Engine.Recovered);
            Assert.Equal(end, next.Engine.Now);
            Assert.Equal(highest, next.Engine.HighestOrder);
            next.Close();
        }
    }

    [Fact]
    public void Recovery_tells_how_far_it_is()
    {
        var journal = new MemoryJournal();
        var buffer = new EventBuffer();
        for (int i = 1; i <= 600_000; i++)
        {
            buffer.Append(new Event { Kind = EventKind.TimeAdvanced, At = i });
            if (buffer.Count == 10_000)
            {
                journal.Append(buffer.Written, buffer.Count);
                journal.Commit();
                buffer.Clear();
            }
        }

        var told = new Told();
        SteppedEngine rig = SteppedEngine.Open(new FaultyJournal(journal), with: o => o with { ManualClock = true, Recovery = told });
        Assert.Equal([250_000L, 500_000L, 600_000L], told.Events);
        Assert.Equal(600_000, rig.Engine.Now);
        rig.Close();
    }

    [Fact]
    public void Bytes_that_are_no_event_of_this_version_are_refused_and_the_place_is_named()
    {
        var journal = new MemoryJournal();
        journal.Append([99, 8, 0, 0, 0, 0, 0, 0], 1);
        journal.Commit();
        JournalException refused = Assert.Throws<JournalException>(() => SteppedEngine.Open(new FaultyJournal(journal)));
        Assert.Contains("event 0 ", refused.Message, StringComparison.Ordinal);
    }

    private static (ulong Hash, List<Outcome> Outcomes) Play(int shards, int seed, int commands = Commands)
    {
        var journal = new FaultyJournal();
        SteppedEngine rig = Open(journal, shards, seed);
        (List<Outcome> outcomes, long end) = Send(rig, commands);
        rig.Run(rig.Engine.AdvanceAsync(end + 1_000));
        ulong hash = rig.Hash();
        rig.Close();
        SteppedEngine again = Open(journal, shards, seed);
        Assert.Equal(hash, again.Hash());
        again.Close();
        return (hash, outcomes);
    }

    private static (List<Outcome> Outcomes, long Now) Send(SteppedEngine rig, int count)
    {
        var random = new RandomCommands(11, SteppedEngine.Start);
        Pending<Answer>[] sent =
            [.. random.Take(Commands).Take(count).Select(command => new Pending<Answer>(rig.Engine.ExecuteAsync(command)))];
        rig.Loops.RunUntilIdle();
        return ([.. sent.Select(pending => pending.Value.Outcome)], random.Now);
    }

    private static SteppedEngine Open(IJournal journal, int shards, int seed = 1) =>
        SteppedEngine.Open(journal, shards, seed, with: o => o with { ManualClock = true });

    private sealed class Told : IProgress<RecoveryProgress>
    {
        public List<long> Events { get; } = [];

        public void Report(RecoveryProgress value) => Events.Add(value.Events);
    }
}
