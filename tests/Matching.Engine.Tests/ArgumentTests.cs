using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class ArgumentTests
{
    private const long TooLarge = 1L << 53;

    public static TheoryData<string, Command> Wrong() => new()
    {
        { "Operation is 0", Join((ref Command c) => c.Operation = Operation.None) },
        { "Operation is 99", Join((ref Command c) => c.Operation = (Operation)99) },
        { "Item is 0", Join((ref Command c) => c.Item = 0) },
        { "Item is -1", Join((ref Command c) => c.Item = -1) },
        { "Order is -9223372036854775808; allowed is 1 … 9223372036854775807 (2^63 − 1)",
            Join((ref Command c) => c.Order = long.MinValue) },
        { "Buyer is 0", Join((ref Command c) => c.Buyer = 0) },
        { "Quantity is -2", Join((ref Command c) => c.Quantity = -2) },
        { "Amount is -1", Join((ref Command c) => c.Amount = -1) },
        { "Amount is 9007199254740992", Join((ref Command c) => c.Amount = TooLarge) },
        { "Price is -1", Join((ref Command c) => (c.Price, c.PriceNamed) = (-1, true)) },
        { "PriceNamed is not set", Join((ref Command c) => c.Price = 5) },
        { "Source is 8", Join((ref Command c) => c.Source = (Source)8) },
        { "Size is 1", Join((ref Command c) => (c.Operation, c.Size) = (Operation.OpenTeam, 1)) },
        { "Size is 4", Join((ref Command c) => (c.Operation, c.Size) = (Operation.OpenTeam, 4)) },
        { "Team is 0", Join((ref Command c) => c.Operation = Operation.JoinTeam) },
        { "Team is -3", Join((ref Command c) => (c.Operation, c.Team) = (Operation.Hold, -3)) },
        { "OpenNew", Join((ref Command c) => (c.Operation, c.Team, c.OpenNew) = (Operation.Hold, 3, true)) },
        { "Payment is -1", Join((ref Command c) => (c.Operation, c.Payment) = (Operation.Pay, -1)) },
        { "Cause is 10", Join((ref Command c) => (c.Operation, c.Cause) = (Operation.RefundDone, (RefundCause)10)) },
        { "At is 5", Join((ref Command c) => c.At = 5) },
    };

    private delegate void Change(ref Command command);

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_and_changes_nothing(string said, Command command)
    {
        SteppedEngine rig = SteppedEngine.Open();
        ulong before = rig.Hash();
        Answer[] answers = new Answer[2];
        Command good = Join((ref Command _) => { });
        Assert.Contains(said, Assert.ThrowsAny<ArgumentException>(() => { _ = rig.Engine.ExecuteAsync(command).AsTask(); }).Message,
            StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => { _ = rig.Engine.ExecuteBatchAsync(new[] { good, command }, answers).AsTask(); });
        rig.Loops.RunUntilIdle();
        Assert.Equal(before, rig.Hash());
        Assert.Equal(0, rig.Engine.Health.RequestsInFlight);
        rig.Close();
    }

    [Fact]
    public void A_requests_own_time_is_checked_on_a_manual_clock_R43()
    {
        SteppedEngine rig = SteppedEngine.Open(with: o => o with { ManualClock = true });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = rig.Engine.ExecuteAsync(Join((ref Command c) => c.At = -1)).AsTask(); });
        Assert.Equal(77, rig.Execute(Join((ref Command c) => c.At = 77)).Now);
        rig.Close();
    }

    [Fact]
    public void Reads_check_what_they_are_given()
    {
        SteppedEngine rig = SteppedEngine.Open();
        MatchingEngine engine = rig.Engine;
        Assert.Throws<ArgumentOutOfRangeException>(
            () => { _ = engine.OpenTeamAsync(new OpenTeamRequest(1, 1, 1) { Size = 70_000 }).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.FindOrderAsync(0, 1).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.FindOrderAsync(1, 0).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.FindTeamAsync(1, long.MinValue).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.OpenTeamsAsync(1, 0).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.RefundsOwedAsync(0).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.CountAsync(0).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.OrdersOfAsync(1, 1, -1).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.OrdersOfAsync(1, 1, 0, -1).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = engine.ReadEventsAsync(1); });
        Assert.Throws<ArgumentException>(() => { _ = engine.ExecuteBatchAsync(new Command[2], new Answer[1]).AsTask(); });
        Assert.Throws<ArgumentException>(() => { _ = engine.ExecuteBatchAsync(new Command[100_000], new Answer[100_000]).AsTask(); });
        rig.Close();
    }

    private static Command Join(Change change)
    {
        var command = new Command { Operation = Operation.QuickJoin, Item = 1, Order = 1, Buyer = 1 };
        change(ref command);
        return command;
    }
}
