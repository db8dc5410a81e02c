using Matching.Core;
using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>
/// The race of ship, refund, expiry and late payment on one team, by brute force: every sequence of up to five moves out of nine,
/// on a team of 2 and on one of 3, the book beside the twin. What random scripts meet by luck is met here for certain.
/// </summary>
public sealed class RaceTests
{
    private const long Item = 1;
    private const int Longest = 5;

    private static readonly Step[] s_moves =
    [
        Do(Operation.Ship, order: 1),
        Do(Operation.RequestRefund, order: 1),
        Do(Operation.ApproveRefund, order: 1),
        Do(Operation.Pay, order: 2),
        Do(Operation.QuickJoin, order: 3, buyer: 3),
        Do(Operation.Release, order: 2),
        Do(Operation.Ship, order: 2),
        new(StepKind.Sweep, Move.AtDue, 0, 1, default),
        new(StepKind.Sweep, Move.BeforeDue, 0, 1, default),
    ];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_order_of_ship_refund_expiry_and_late_payment_ends_as_the_rules_say(int size)
    {
        var terms = new BookOptions { TeamSize = size, TeamLifeMs = 100, HoldMs = 40 };
        Step[] opening = [Do(Operation.OpenTeam, order: 1, buyer: 1), Do(Operation.Hold, order: 2, buyer: 2)];
        int played = 0;
        for (int length = 1; length <= Longest; length++)
        {
            int[] picks = new int[length];
            do
            {
                var script = new Script([.. opening, .. picks.Select(pick => s_moves[pick])], terms, StartMs: 1_000, Books: 1);
                string? difference = Duel.Difference(script);
                Assert.True(difference is null, $"{difference}\n{script}");
                played++;
            }
            while (Next(picks));
        }

        Assert.Equal(Enumerable.Range(1, Longest).Sum(length => (int)Math.Pow(s_moves.Length, length)), played);
    }

    private static bool Next(int[] picks)
    {
        for (int i = 0; i < picks.Length; i++)
        {
            if (++picks[i] < s_moves.Length)
            {
                return true;
            }

            picks[i] = 0;
        }

        return false;
    }

    private static Step Do(Operation operation, long order, long buyer = 0) => new(
        StepKind.Do, Move.Stay, 0, 0,
            new Command { Operation = operation, Item = Item, Order = order, Buyer = buyer, Quantity = 1, Amount = 100 });
}
