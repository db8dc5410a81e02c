using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// R2: an invite outlives a restart from events and from a snapshot, with and without the order ledger, as long as its team is known.
/// </summary>
public sealed class InviteTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void An_invite_outlives_restarts_R2(bool ledger, bool snapshot)
    {
        var rig = new LedgerRig();
        long next = 70;
        SteppedEngine engine = Open();
        Answer open = OpenTeam(1);
        Answer formed = OpenTeam(2);
        Assert.Equal((71, 72), (open.Invite, formed.Invite));
        Assert.Equal(Outcome.Formed, Join(formed.Team, 3, formed.Invite).Outcome);
        for (int life = 0; life < 3; life++)
        {
            if (snapshot)
            {
                rig.Take(engine);
            }

            rig.Keep(engine);
            engine = Open();
            Assert.Equal(snapshot, engine.Engine.RecoveredFromSnapshot > 0);
            Assert.Equal((open.Team, open.Invite, true), Repeat(1));
            Assert.Equal((formed.Team, formed.Invite, true), Repeat(2));
            Assert.Equal(Outcome.UnknownTeam, Join(open.Team, 4, 0).Outcome);
            Assert.Equal(Outcome.UnknownTeam, Join(open.Team, 4, formed.Invite).Outcome);
            Assert.Equal(Outcome.UnknownTeam, Join(formed.Team, 4, open.Invite).Outcome);
            Assert.Equal(Outcome.Full, Join(formed.Team, 4, formed.Invite).Outcome);
        }

        Assert.Equal(Outcome.Formed, Join(open.Team, 4, open.Invite).Outcome);
        engine.Close();

        SteppedEngine Open() => ledger ? rig.Open(2, Counting) : rig.Snapshots.Open(2, Counting);
        MatchingOptions Counting(MatchingOptions options) => options with { Invites = () => ++next };
        Answer OpenTeam(long order) =>
            engine.Execute(new Command { Operation = Operation.OpenTeam, Item = 1, Buyer = order, Order = order, InviteOnly = true });
        Answer Join(long team, long order, long invite) =>
            engine.Execute(
                new Command { Operation = Operation.JoinTeam, Item = 1, Team = team, Buyer = order, Order = order, Invite = invite });
        (long, long, bool) Repeat(long order) => OpenTeam(order) is var again ? (again.Team, again.Invite, again.Repeated) : default;
    }
}
