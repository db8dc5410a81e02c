using Matching.Core;

namespace Matching.Kit.Engine;

/// <summary>
/// Commands of every kind on a few items, buyers and orders, so that they meet: teams form, expire, merge and dissolve, holds
/// end, orders repeat and conflict. A seed gives the same commands always. Times rise, so they suit a manual clock.
/// </summary>
public sealed class RandomCommands(int seed, long startMs, int items = 6)
{
    private const int OrdersToFar = 16;

    private readonly Random _random = new(seed);
    private long _now = startMs;
    private long _order;

    /// <summary>The time of the latest command, in ms since 1970.</summary>
    public long Now => _now;

    /// <summary>The id of an item, from 1 on: one in four has one of the last ids there are.</summary>
    public static long ItemOf(int number) => Ids.Of(number, 4);

    /// <summary>The id of a buyer, 1 to 40: two have the last ids there are.</summary>
    public static long BuyerOf(int number) => Ids.Of(number, 20);

    public Command Next(bool timed = true)
    {
        _now += _random.Next(8) == 0 ? _random.Next(600_000) : _random.Next(50);
        var command = new Command
        {
            Operation = Pick(),
            Item = ItemOf(1 + _random.Next(items)),
            Buyer = BuyerOf(1 + _random.Next(40)),
            Quantity = 1,
            Amount = 100 * _random.Next(5),
            At = timed ? _now : 0,
        };
        bool creates =
            command.Operation is Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Hold or Operation.SoloBuy;
        command.Order = Ids.Of(creates && _random.Next(10) > 0 ? ++_order : 1 + _random.NextInt64(_order + 2), OrdersToFar);
        if (command.Operation == Operation.JoinTeam || (command.Operation == Operation.Hold && _random.Next(4) == 0))
        {
            command.Team = ((1 + _random.NextInt64(6)) << 10) | (uint)Book.PartitionOf(command.Item);
        }

        return OptionalFields.Give(command, _random.Next);
    }

    public Command[] Take(int count, bool timed = true) => [.. Enumerable.Range(0, count).Select(_ => Next(timed))];

    private Operation Pick() => _random.Next(20) switch
    {
        < 5 => Operation.QuickJoin,
        < 7 => Operation.OpenTeam,
        < 8 => Operation.JoinTeam,
        < 10 => Operation.Hold,
        < 12 => Operation.Pay,
        12 => Operation.Release,
        13 => Operation.SoloBuy,
        14 => Operation.RequestRefund,
        15 => Operation.ApproveRefund,
        16 => _random.Next(2) == 0 ? Operation.RejectRefund : Operation.WithdrawRefund,
        17 => Operation.Ship,
        _ => Operation.RefundDone,
    };
}
