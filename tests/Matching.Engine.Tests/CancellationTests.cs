using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class CancellationTests
{
    [Fact]
    public void Cancelling_ends_the_wait_and_not_the_command()
    {
        SteppedEngine rig = SteppedEngine.Open();
        using var cancel = new CancellationTokenSource();
        Pending<Answer> join = new(rig.Engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1), cancel.Token));
        cancel.Cancel();
        Assert.True(join.IsCancelled);
        rig.Loops.RunUntilIdle();
        Assert.Equal(OrderState.Waiting, rig.Run(rig.Engine.FindOrderAsync(1, 1))!.Value.State);
        Assert.True(rig.Join(1, 1, 1).Repeated);
        rig.Close();
    }

    [Fact]
    public void A_token_cancelled_before_asks_nothing()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { ManualClock = true });
        var cancelled = new CancellationToken(canceled: true);
        Assert.True(rig.Engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1), cancelled).AsTask().IsCanceled);
        Assert.True(rig.Engine.QuickJoinBatchAsync(new QuickJoinRequest[1] { new(1, 1, 1) }, new Answer[1], cancelled).AsTask().IsCanceled);
        Assert.True(rig.Engine.FindOrderAsync(1, 1, cancelled).AsTask().IsCanceled);
        Assert.True(rig.Engine.AdvanceAsync(5, cancelled).AsTask().IsCanceled);
        Assert.Null(rig.Run(rig.Engine.FindOrderAsync(1, 1)));
        Assert.Equal(0, rig.Engine.Now);
        rig.Close();
    }

    [Fact]
    public void A_token_cancelled_after_the_answer_takes_nothing_back()
    {
        SteppedEngine rig = SteppedEngine.Open();
        using var cancel = new CancellationTokenSource();
        Pending<Answer> join = new(rig.Engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1), cancel.Token));
        rig.Loops.RunUntilIdle();
        cancel.Cancel();
        Assert.True(join.Value.Ok);
        rig.Close();
    }

    // The shard works on a cancelled request while others are sent: an object used twice would mix up their answers.
    [Fact]
    public void A_cancelled_request_is_not_used_again_while_a_shard_holds_it()
    {
        SteppedEngine rig = SteppedEngine.Open();
        for (int round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            long first = (round * 10) + 1;
            Pending<Answer> cancelled = new(rig.Engine.QuickJoinAsync(new QuickJoinRequest(1, first, first), cancel.Token));
            for (int step = 0; step < round % 7; step++)
            {
                rig.Loops.Step();
            }

            cancel.Cancel();
            Pending<Answer>[] others = [.. Enumerable.Range(1, 5).Select(i => rig.AskJoin(1 + i, first + i, first + i))];
            rig.Loops.RunUntilIdle();
            Assert.True(cancelled.IsOver);
            for (int i = 0; i < others.Length; i++)
            {
                Assert.Equal(first + i + 1, others[i].Value.Order);
            }
        }

        rig.Close();
    }

    [Fact]
    public void A_cancelled_batch_leaves_its_callers_memory_alone()
    {
        SteppedEngine rig = SteppedEngine.Open();
        using var cancel = new CancellationTokenSource();
        QuickJoinRequest[] requests = [new(1, 1, 1), new(1, 2, 2)];
        var answers = new Answer[2];
        Task wait = rig.Engine.QuickJoinBatchAsync(requests, answers, cancel.Token).AsTask();
        cancel.Cancel();
        Array.Clear(requests);
        rig.Loops.RunUntilIdle();
        Assert.True(wait.IsCanceled);
        Assert.All(answers, answer => Assert.Equal(Outcome.None, answer.Outcome));
        Assert.Equal(OrderState.Formed, rig.Run(rig.Engine.FindOrderAsync(1, 2))!.Value.State);
        rig.Close();
    }
}
