using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class CommandTests
{
    [Fact]
    public void Two_strangers_form_a_team_of_two_R4()
    {
        SteppedEngine engine = SteppedEngine.Open();
        Answer first = engine.Join(1, 10, 100);
        Answer second = engine.Join(1, 11, 101);
        Assert.Equal(Outcome.Opened, first.Outcome);
        Assert.Equal(Outcome.Formed, second.Outcome);
        Assert.Equal(first.Team, second.Team);
        TeamView? team = engine.Run(engine.Engine.FindTeamAsync(1, first.Team));
        Assert.Equal([10L, 11L], team!.Members);
        engine.Close();
    }

    [Fact]
    public void An_invite_only_team_gets_an_invite_that_nobody_named_and_is_unknown_without_it_R2()
    {
        SteppedEngine rig = SteppedEngine.Open();
        long[] drawn = [.. Enumerable.Range(1, 20)
            .Select(i => rig.Run(rig.Engine.OpenTeamAsync(new OpenTeamRequest(1, i, i) { InviteOnly = true })).Invite)];
        Assert.Equal(20, drawn.Distinct().Count());
        Assert.All(drawn, invite => Assert.True(invite > 0));
        Assert.Equal(0, rig.Run(rig.Engine.OpenTeamAsync(new OpenTeamRequest(1, 30, 30))).Invite);
        rig.Close();

        rig = SteppedEngine.Open(with: options => options with { Invites = () => 77 });
        Answer opened = rig.Run(rig.Engine.OpenTeamAsync(new OpenTeamRequest(1, 10, 100) { InviteOnly = true }));
        Assert.Equal(77, opened.Invite);
        Assert.Equal(Outcome.UnknownTeam, rig.Run(rig.Engine.JoinTeamAsync(new JoinTeamRequest(1, opened.Team, 11, 101))).Outcome);
        Assert.Equal(
            Outcome.UnknownTeam, rig.Run(rig.Engine.HoldAsync(new HoldRequest(1, 11, 101) { Team = opened.Team, Invite = 78 })).Outcome);
        Assert.Equal(
            Outcome.Formed, rig.Run(rig.Engine.JoinTeamAsync(new JoinTeamRequest(1, opened.Team, 11, 101) { Invite = 77 })).Outcome);
        rig.Close();
    }

    [Fact]
    public void Every_named_method_asks_for_its_own_operation()
    {
        SteppedEngine rig = SteppedEngine.Open();
        MatchingEngine engine = rig.Engine;
        Answer opened = rig.Run(engine.OpenTeamAsync(new OpenTeamRequest(1, 10, 100) { Size = 3, Amount = 5, InviteOnly = true }));
        Assert.Equal((Outcome.Opened, 2), (opened.Outcome, opened.SeatsLeft));
        Assert.Equal(
            Outcome.Joined, rig.Run(engine.JoinTeamAsync(new JoinTeamRequest(1, opened.Team, 11, 101) { Invite = opened.Invite })).Outcome);
        Answer held = rig.Run(engine.HoldAsync(new HoldRequest(1, 12, 102) { Team = opened.Team, Invite = opened.Invite }));
        Assert.Equal((Outcome.Held, opened.Team), (held.Outcome, held.Team));
        Assert.Equal(Outcome.Released, rig.Run(engine.ReleaseAsync(1, 102)).Outcome);
        Assert.Equal(
            Outcome.Held, rig.Run(engine.HoldAsync(new HoldRequest(1, 13, 103) { Team = opened.Team, Invite = opened.Invite })).Outcome);
        Assert.Equal(Outcome.Formed, rig.Run(engine.PayAsync(new PayRequest(1, 103) { Payment = 7 })).Outcome);
        Assert.Equal(Outcome.Bought, rig.Run(engine.SoloBuyAsync(new SoloBuyRequest(1, 14, 104))).Outcome);
        Assert.Equal(Outcome.RefundRequested, rig.Run(engine.RequestRefundAsync(1, 104)).Outcome);
        Assert.Equal(Outcome.RefundRejected, rig.Run(engine.RejectRefundAsync(1, 104)).Outcome);
        Assert.Equal(Outcome.RefundRequested, rig.Run(engine.RequestRefundAsync(1, 104)).Outcome);
        Assert.Equal(Outcome.RefundWithdrawn, rig.Run(engine.WithdrawRefundAsync(1, 104)).Outcome);
        Assert.Equal(Outcome.Shipped, rig.Run(engine.ShipAsync(1, 104)).Outcome);
        Assert.Equal(Outcome.RefundRequested, rig.Run(engine.RequestRefundAsync(1, 100)).Outcome);
        Assert.Equal(Outcome.AfterSale, rig.Run(engine.ApproveRefundAsync(1, 100)).Outcome);
        RefundView owed = Assert.Single(rig.Run(engine.RefundsOwedAsync(10)));
        Assert.Equal((1L, 100L, 5L, RefundCause.AfterSale), (owed.Item, owed.Order, owed.Amount, owed.Cause));
        Assert.Equal(Outcome.Refunded, rig.Run(engine.RefundDoneAsync(1, 100, "1:100:afterSale")).Outcome);
        Assert.Empty(rig.Run(engine.RefundsOwedAsync(10)));
        Assert.Equal(OrderState.Refunded, rig.Run(engine.FindOrderAsync(1, 100))!.Value.State);
        Assert.Null(rig.Run(engine.FindOrderAsync(2, 100)));
        Assert.Equal(1, rig.Run(engine.CountAsync(1)).Shipped);
        rig.Close();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_batch_answers_each_command_in_its_place_and_keeps_the_order_of_an_item_R35(int shards)
    {
        SteppedEngine rig = SteppedEngine.Open(shards: shards, seed: shards);
        const int Items = 50;
        var requests = new QuickJoinRequest[Items * 4];
        for (int i = 0; i < requests.Length; i++)
        {
            requests[i] = new QuickJoinRequest(1 + (i % Items), 1_000 + i, 10_000 + i);
        }

        var answers = new Answer[requests.Length + 1];
        rig.Run(rig.Engine.QuickJoinBatchAsync(requests, answers));
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Equal((requests[i].Item, requests[i].Order), (answers[i].Item, answers[i].Order));
            Assert.Equal(i / Items % 2 == 0 ? Outcome.Opened : Outcome.Formed, answers[i].Outcome);
        }

        Assert.Equal(Outcome.None, answers[^1].Outcome);
        rig.Close();
    }

    [Fact]
    public void A_batch_and_single_commands_lead_to_the_same_state()
    {
        Command[] commands = new RandomCommands(5, SteppedEngine.Start).Take(2_000);
        SteppedEngine one = SteppedEngine.Open(with: o => o with { ManualClock = true });
        var single = Array.ConvertAll(commands, one.Execute);
        SteppedEngine many = SteppedEngine.Open(shards: 3, with: o => o with { ManualClock = true });
        var batched = new Answer[commands.Length];
        many.Run(many.Engine.ExecuteBatchAsync(commands, batched));
        one.Run(one.Engine.AdvanceAsync(SteppedEngine.Start * 2));
        many.Run(many.Engine.AdvanceAsync(SteppedEngine.Start * 2));
        Assert.Equal(single.Select(a => a.Outcome), batched.Select(a => a.Outcome));
        Assert.Equal(one.Hash(), many.Hash());
        one.Close();
        many.Close();
    }

    [Fact]
    public void An_empty_batch_is_answered_at_once()
    {
        SteppedEngine rig = SteppedEngine.Open();
        Assert.True(rig.Engine.ExecuteBatchAsync(default, default).AsTask().IsCompletedSuccessfully);
        rig.Close();
    }

    [Fact]
    public void Requests_are_used_again_only_when_nobody_holds_them()
    {
        SteppedEngine rig = SteppedEngine.Open();
        for (int round = 0; round < 100; round++)
        {
            Pending<Answer>[] waits = [.. Enumerable.Range(1, 50).Select(i => rig.AskJoin(i, i, (round * 100) + i))];
            rig.Loops.RunUntilIdle();
            for (int i = 0; i < waits.Length; i++)
            {
                Assert.Equal((round * 100) + i + 1, waits[i].Value.Order);
            }
        }

        rig.Close();
    }
}
