using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class BusyTests
{
    [Fact]
    public void Over_the_bound_the_answer_is_Busy_at_once_and_later_there_is_room_again()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { MaxRequestsInFlight = 3 });
        Pending<Answer>[] taken = [.. Enumerable.Range(1, 3).Select(i => rig.AskJoin(1, i, i))];
        Pending<Answer> refused = rig.AskJoin(1, 4, 4);
        Assert.True(refused.IsOver);
        Answer busy = refused.Value;
        Assert.Equal((Outcome.Busy, false, 1L, 4L), (busy.Outcome, busy.Ok, busy.Item, busy.Order));
        MatchingUnavailableException read =
            Assert.Throws<MatchingUnavailableException>(() => { _ = rig.Engine.FindOrderAsync(1, 1).AsTask(); });
        Assert.Equal(Outcome.Busy, read.Outcome);
        rig.Loops.RunUntilIdle();
        Assert.All(taken, wait => Assert.True(wait.Value.Ok));
        Assert.True(rig.Join(1, 4, 4).Ok);
        Assert.Equal(0, rig.Engine.Health.RequestsInFlight);
        rig.Close();
    }

    [Fact]
    public void A_batch_is_taken_in_as_a_whole_or_not_at_all()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 2, with: o => o with { MaxRequestsInFlight = 10 });
        Pending<Answer> one = rig.AskJoin(1, 1, 1);
        QuickJoinRequest[] requests = [.. Enumerable.Range(1, 10).Select(i => new QuickJoinRequest(i, 10 + i, 10 + i))];
        var answers = new Answer[10];
        Assert.True(rig.Engine.QuickJoinBatchAsync(requests, answers).AsTask().IsCompletedSuccessfully);
        Assert.All(answers, answer => Assert.Equal(Outcome.Busy, answer.Outcome));
        Assert.Equal(requests.Select(r => r.Order), answers.Select(a => a.Order));
        rig.Loops.RunUntilIdle();
        Assert.True(one.Value.Ok);
        rig.Run(rig.Engine.QuickJoinBatchAsync(requests, answers));
        Assert.All(answers, answer => Assert.True(answer.Ok));
        rig.Close();
    }

    [Fact]
    public void A_read_of_all_shards_is_one_request_under_the_bound()
    {
        SteppedEngine rig = SteppedEngine.Open(shards: 4, with: o => o with { MaxRequestsInFlight = 1 });
        for (int item = 1; item <= 20; item++)
        {
            Assert.True(rig.Join(item, 1, 1).Ok);
        }

        Assert.Equal(20, rig.Run(rig.Engine.CountAsync()).TeamsOpen);
        Assert.Equal(0, rig.Engine.Health.RequestsInFlight);
        rig.Close();
    }

    [Fact]
    public void A_caller_who_asks_again_from_inside_his_answer_finds_room()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { MaxRequestsInFlight = 4 });
        Pending<int>[] callers = [.. Enumerable.Range(0, 4).Select(caller => new Pending<int>(CountBusy(rig.Engine, caller)))];
        rig.Loops.RunUntilIdle();
        Assert.All(callers, caller => Assert.Equal(0, caller.Value));
        rig.Close();
    }

    private static async Task<int> CountBusy(MatchingEngine engine, int caller)
    {
        int busy = 0;
        for (int i = 1; i <= 50; i++)
        {
            long order = (caller * 100) + i;
            Answer answer = await engine.QuickJoinAsync(new QuickJoinRequest(1, order, order)).ConfigureAwait(false);
            busy += answer.Outcome == Outcome.Busy ? 1 : 0;
        }

        return busy;
    }
}
