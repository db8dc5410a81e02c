using System.Globalization;
using Matching.Core;
using Matching.Kit;
using Xunit.Abstractions;

namespace Matching.Properties.Tests;

/// <summary>
/// The book against the twin, with everything closed evicted at every step and recalled where it is needed (R8, R33, R35).
/// </summary>
public sealed class EvictionTests(ITestOutputHelper output)
{
    private const ulong Seed = 20_251_122;

    public static TheoryData<EvictionFault> Faults => [.. Enum.GetValues<EvictionFault>().Where(f => f != EvictionFault.None)];

    [Fact]
    public void Book_and_twin_agree_with_everything_closed_evicted_at_every_step()
    {
        long evicted = 0;
        Campaign.Run(Campaign.Programs / 2, script =>
        {
            string? difference = Duel.Difference(script, EvictionFault.None, out int records);
            evicted += records;
            return difference;
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{evicted} records of evicted families"));
        Assert.True(evicted > 0, "nothing was evicted");
    }

    /// <summary>
    /// An order evicted as a hold that ended, seated by its late payment, refunded and evicted with its team, then replayed.
    /// </summary>
    [Fact]
    public void What_a_replay_brought_back_is_not_put_back_as_it_was()
    {
        Command order = new() { Item = Scripts.Items[0], Order = 2, Quantity = 1 };
        var terms = new BookOptions { TeamSize = 2, MaxTeamSize = 5, TeamLifeMs = 20, HoldMs = 50, Rescue = false };
        Step[] steps =
        [
            new(StepKind.Do, Move.Stay, 0, 0, order with { Operation = Operation.Hold, Buyer = 3 }),
            new(StepKind.Sweep, Move.Some, 50, 2, default),
            new(StepKind.Do, Move.Stay, 0, 0, order with { Operation = Operation.Pay }),
            new(StepKind.Sweep, Move.AtDue, 0, 2, default),
            new(StepKind.Do, Move.Stay, 0, 0, order with { Operation = Operation.RefundDone }),
            new(StepKind.Restart, Move.Stay, 0, 0, default, terms),
            new(StepKind.Do, Move.Stay, 0, 0, order with { Operation = Operation.RequestRefund }),
        ];
        Assert.Null(Duel.Difference(new Script(steps, terms, 0, 1), EvictionFault.None, out int records));
        Assert.True(records > 0);
    }

    /// <summary>
    /// Two holds become promises when their team dissolves (R7); one ends and leaves, and its row is another item's when the state is
    /// saved.
    /// </summary>
    [Fact]
    public void A_hold_that_outlived_its_team_names_no_row_of_one_that_left_R7_R33()
    {
        var terms = new BookOptions { TeamSize = 3, MaxTeamSize = 3 };
        long team = Scripts.TeamId(1, 1);
        Step[] steps =
        [
            Do(new() { Operation = Operation.Pay, Item = 2, Order = 8 }),
            Do(new() { Operation = Operation.Pay, Item = 3, Order = 8 }),
            Do(new() { Operation = Operation.OpenTeam, Item = 1, Order = 1, Buyer = 5 }),
            Do(new() { Operation = Operation.Hold, Item = 1, Order = 2, Buyer = 1, Team = team }),
            Do(new() { Operation = Operation.Hold, Item = 1, Order = 3, Buyer = 3, Team = team }),
            Do(new() { Operation = Operation.RequestRefund, Item = 1, Order = 1 }),
            Do(new() { Operation = Operation.ApproveRefund, Item = 1, Order = 1 }),
            Do(new() { Operation = Operation.Pay, Item = 1, Order = 3 }),
            new(StepKind.Sweep, Move.Some, 900_000, 1_000, default),
            Do(new() { Operation = Operation.Pay, Item = 3, Order = 9 }),
            Do(new() { Operation = Operation.Pay, Item = 2, Order = 9 }),
            new(StepKind.Restart, Move.Stay, 0, 0, default, terms),
        ];
        Assert.Null(Duel.Difference(new Script(steps, terms, 1_000, 1), EvictionFault.None, out int records));
        Assert.True(records > 0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_defect_of_eviction_is_caught_within_the_short_campaign(EvictionFault fault)
    {
        int played = 0;
        string? caught = null;
        foreach (Script script in Campaign.Sample(Campaign.DefaultPrograms, Seed))
        {
            played++;
            caught = Duel.Difference(script, fault, out _);
            if (caught is not null)
            {
                break;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault}: caught by program {played}: {caught}"));
        Assert.True(caught is not null, $"{fault} survived {played} programs");
    }

    private static Step Do(Command command) => new(StepKind.Do, Move.Stay, 0, 0, command with { Quantity = 1 });
}
