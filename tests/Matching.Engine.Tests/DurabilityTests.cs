using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>Answered means durable (R38): looked at from inside the callers' own code, at the moment it is answered.</summary>
public sealed class DurabilityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void No_answer_comes_before_its_events_are_durable_R38(int shards)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Empty(AnswersAheadOfTheJournal(new FaultyJournal(), shards, seed));
        }
    }

    [Fact]
    public void A_journal_that_returns_too_early_is_caught_R38() =>
        Assert.NotEmpty(AnswersAheadOfTheJournal(new FaultyJournal { Lies = true }, 1, 1));

    [Fact]
    public void While_a_write_runs_nothing_it_holds_is_answered_or_read_R38()
    {
        SteppedEngine rig = SteppedEngine.Open();
        rig.Loops.Stuck.Add("matching journal");
        Pending<Answer> join = rig.AskJoin(1, 1, 1);
        Pending<OrderView?> read = new(rig.Engine.FindOrderAsync(1, 1));
        Pending<OrderView?> other = new(rig.Engine.FindOrderAsync(2, 1));
        rig.Loops.RunUntilIdle();
        Assert.False(join.IsOver || read.IsOver || other.IsOver);
        rig.Loops.Stuck.Clear();
        rig.Loops.RunUntilIdle();
        Assert.Equal(Outcome.Opened, join.Value.Outcome);
        Assert.NotNull(read.Value);
        Assert.Null(other.Value);
        rig.Close();
    }

    [Fact]
    public async Task A_held_up_write_holds_up_its_answers_on_threads_too_R38()
    {
        using var begun = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var journal = new FaultyJournal { Committing = () => { begun.Release(); go.Wait(); } };
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { Journal = () => journal });
        Task<Answer> join = engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1)).AsTask();
        await begun.WaitAsync();
        Assert.False(join.IsCompleted);
        Assert.Equal(0, journal.DurableSequence);
        go.Release(1_000);
        Assert.Equal(Outcome.Opened, (await join).Outcome);
    }

    /// <summary>Joins by callers who look, in the first moment after their answer, whether the journal has their order.</summary>
    private static List<long> AnswersAheadOfTheJournal(FaultyJournal journal, int shards, int seed)
    {
        SteppedEngine rig = SteppedEngine.Open(journal, shards, seed);
        List<long> early = [];
        for (int caller = 0; caller < 8; caller++)
        {
            _ = Join(rig.Engine, journal, caller, early);
        }

        rig.Loops.RunUntilIdle();
        return early;
    }

    private static async Task Join(MatchingEngine engine, FaultyJournal journal, int caller, List<long> early)
    {
        for (int i = 1; i <= 20; i++)
        {
            long order = (caller * 100) + i;
            Answer answer = await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % 7), order, order)).ConfigureAwait(false);
            if (!answer.Ok || !Events.Of(journal).Any(e => e.Event.Order == order))
            {
                early.Add(order);
            }
        }
    }
}

/// <summary>What a journal holds for good.</summary>
internal static class Events
{
    public static IEnumerable<JournaledEvent> Of(IJournal journal)
    {
        using IJournalReader reader = journal.Read(0);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            for (int i = 0; i < count; i++)
            {
                yield return new JournaledEvent(sequence + i, Recovery.Read(ref events, sequence + i, out _));
            }
        }
    }
}
