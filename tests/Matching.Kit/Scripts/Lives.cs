using FsCheck;
using FsCheck.Fluent;
using Matching.Core;

namespace Matching.Kit;

/// <summary>Plausible lives of orders: what a shop would send about one, in order, with repeats and surprises.</summary>
internal static class Lives
{
    private static readonly Operation[][] Beginnings =
    [
        [Operation.OpenTeam], [Operation.OpenTeam], [Operation.OpenTeam], [Operation.QuickJoin], [Operation.QuickJoin],
            [Operation.QuickJoin],
        [Operation.JoinTeam], [Operation.JoinTeam], [Operation.SoloBuy], [Operation.Pay],
        [Operation.Hold, Operation.Pay], [Operation.Hold, Operation.Pay], [Operation.Hold, Operation.Pay, Operation.Pay],
        [Operation.Hold, Operation.Pay], [Operation.Hold], [Operation.Hold, Operation.Release],
            [Operation.Hold, Operation.Release, Operation.Pay],
    ];

    private static readonly Operation[][] Turns =
    [
        [Operation.RequestRefund, Operation.ApproveRefund], [Operation.RequestRefund, Operation.ApproveRefund],
        [Operation.RequestRefund, Operation.ApproveRefund, Operation.RefundDone],
        [Operation.RequestRefund, Operation.RejectRefund], [Operation.RequestRefund, Operation.RejectRefund, Operation.RequestRefund],
        [Operation.RequestRefund, Operation.WithdrawRefund], [Operation.RequestRefund, Operation.Ship],
        [Operation.Ship], [Operation.Ship], [Operation.Ship, Operation.Ship], [Operation.Pay], [Operation.Pay, Operation.RefundDone],
        [Operation.Pay, Operation.Pay, Operation.RefundDone], [Operation.RefundDone], [],
        [Operation.Pay, Operation.RequestRefund, Operation.ApproveRefund, Operation.RefundDone, Operation.RefundDone],
    ];

    private static readonly Operation[][] BusyBeginnings =
    [
        [Operation.OpenTeam], [Operation.OpenTeam], [Operation.JoinTeam], [Operation.QuickJoin],
        [Operation.Hold], [Operation.Hold], [Operation.Hold, Operation.Pay, Operation.Ship],
            [Operation.Hold, Operation.Pay, Operation.Ship],
        [Operation.Hold, Operation.Pay],
    ];

    private static readonly Operation[][] BusyTurns =
    [
        [Operation.Ship], [Operation.RequestRefund, Operation.ApproveRefund], [Operation.Pay], [], [], [],
    ];

    /// <summary>Half-filled teams of plain terms side by side, some with holds: what a deadline may merge, and may not.</summary>
    public static readonly Gen<Command[][]> HalfFilled =
        from orders in Gen.Shuffle(Enumerable.Range(1, Scripts.Orders))
        from count in Gen.Choose(3, Scripts.Orders)
        from lives in Gen.CollectToArray(orders.Take(count), o => HalfFilling(Crowd(o)).Select(c => new[] { c }))
        select lives;

    /// <summary>A leader leaves a team in which others hold seats; then they pay, give up, or make room for one another.</summary>
    public static readonly Gen<Command[]> Deserted =
        from orders in Gen.Shuffle(Enumerable.Range(1, Scripts.Orders))
        from insists in Gen.Elements(false, false, true)
        from rest in Gen.Choose(3, 8).SelectMany(n => Gen.ArrayOf(Deserting(orders), n))
        select (Command[])
        [
            Crowd(orders[0]) with { Operation = Operation.OpenTeam },
            .. orders.Skip(1).Take(2)
                .Select(o => Crowd(o) with { Operation = Operation.Hold, Team = Scripts.TeamId(Scripts.Items[0], 1), OpenNew = insists }),
            Crowd(orders[0]) with { Operation = Operation.RequestRefund, Buyer = 0 },
            Crowd(orders[0]) with { Operation = Operation.ApproveRefund, Buyer = 0 },
            .. rest,
        ];

    /// <summary>Any orders of any items; some share an order id.</summary>
    public static readonly Gen<Command[][]> Mixed =
        from count in Gen.Choose(1, 9)
        from lives in Gen.ArrayOf(Commands.AnOrder.SelectMany(o => ALife(o, Beginnings, Turns)), count)
        select lives;

    /// <summary>A crowd on one item, all different orders and nearly all different buyers: full teams, lost seats, merges.</summary>
    public static readonly Gen<Command[][]> OneItem =
        from orders in Gen.Shuffle(Enumerable.Range(1, Scripts.Orders))
        from count in Gen.Choose(3, Scripts.Orders)
        from lives in Gen.CollectToArray(orders.Take(count), o => ALife(Crowd(o), BusyBeginnings, BusyTurns))
        select lives;

    /// <summary>
    /// A seat is held; then, when the hold has run out, others take it or open beside it, the payment comes, and whoever is there ships.
    /// </summary>
    public static readonly Gen<(Command[] InTime, Command[] Late)> Late =
        from orders in Gen.Shuffle(Enumerable.Range(1, Scripts.Orders))
        from rest in Gen.Choose(3, 7).SelectMany(n => Gen.ArrayOf(Lateness(orders), n))
        select (
            new[]
            {
                Crowd(orders[0]) with { Operation = Operation.OpenTeam },
                Crowd(orders[1]) with { Operation = Operation.Hold, Team = Scripts.TeamId(Scripts.Items[0], 1) },
            },
            rest);

    /// <summary>
    /// A team that some hold and join and that some leave, mostly its leader: it dissolves, and the holds in it become promises (R7, R33),
    /// paid or not; or it is filled anew.
    /// </summary>
    public static readonly Gen<Command[]> Leaving =
        from orders in Gen.Shuffle(Enumerable.Range(1, Scripts.Orders))
        from others in Gen.Choose(2, 4).SelectMany(n => Gen.ArrayOf(Gen.Elements(Operation.Hold, Operation.Hold, Operation.JoinTeam), n))
        from leaver in Gen.Elements(0, 0, 1)
        from endings in Gen.ArrayOf(Gen.Elements(Operation.Pay, Operation.Pay, Operation.Release, Operation.Hold), others.Length)
        let team = Scripts.TeamId(Scripts.Items[0], 1)
        let seats = others.Select((operation, i) => Crowd(orders[i + 1]) with { Operation = operation, Team = team }).ToArray()
        select (Command[])
        [
            Crowd(orders[0]) with { Operation = Operation.OpenTeam }, .. seats,
            Crowd(orders[leaver]) with { Operation = Operation.RequestRefund },
                Crowd(orders[leaver]) with { Operation = Operation.ApproveRefund },
            .. seats.Zip(
                endings, (seat, ending) => ending == Operation.Hold ? seat : seat with { Operation = ending, Buyer = 0, Team = 0 }),
            .. orders.Skip(others.Length + 1).Take(2).Select(o => Crowd(o) with { Operation = Operation.JoinTeam, Team = team }),
        ];

    private static Gen<Command> Lateness(int[] orders) => Gen.Frequency(
        (3, from operation in Gen.Elements(Operation.Hold, Operation.JoinTeam)
            from team in Gen.Choose(1, 2)
            from order in Gen.Elements(orders[2], orders[3])
            select Crowd(order) with { Operation = operation, Team = Scripts.TeamId(Scripts.Items[0], team) }),
        (2, Gen.Elements(orders[4], orders[5]).Select(o => Crowd(o) with { Operation = Operation.OpenTeam })),
        (4, Gen.Constant(Crowd(orders[1]) with { Operation = Operation.Pay, Buyer = 0 })),
        (3, Gen.Elements(orders[0], orders[1]).Select(o => Crowd(o) with { Operation = Operation.Ship, Buyer = 0 })));

    private static Gen<Command> Deserting(int[] orders) => Gen.Frequency(
        (6, Gen.Elements(orders[1], orders[2]).Select(o => Crowd(o) with { Operation = Operation.Pay, Buyer = 0 })),
        (2, Gen.Elements(orders[1], orders[2]).Select(o => Crowd(o) with { Operation = Operation.Release, Buyer = 0 })),
        (3, from order in Gen.Elements(orders[3], orders[4], orders[5])
            from operation in Gen.Elements(Operation.OpenTeam, Operation.Hold, Operation.QuickJoin, Operation.Pay)
            select Crowd(order) with { Operation = operation, Buyer = operation == Operation.Pay ? 0 : Crowd(order).Buyer }));

    private static Command Crowd(int number) => new()
    {
        Item = Scripts.Items[0],
        Order = Scripts.OrderIds[number - 1],
        Buyer = Ids.Of(1 + (number % 7), Scripts.Buyers),
        Quantity = 1,
    };

    private static Gen<Command> HalfFilling(Command order) => Gen.Frequency(
        (10, Gen.Constant(order with { Operation = Operation.OpenTeam })),
        (1, Gen.Constant(order with { Operation = Operation.OpenTeam, InviteOnly = true })),
        (5, Gen.Choose(1, 3).Select(n => order with { Operation = Operation.JoinTeam, Team = Scripts.TeamId(order.Item, n) })),
        (4, Gen.Choose(1, 4).Select(n => order with { Operation = Operation.Hold, Team = Scripts.TeamId(order.Item, n) })));

    private static Gen<Command[]> ALife(Command order, Operation[][] beginnings, Operation[][] turns) =>
        from beginning in Gen.Elements(beginnings)
        from course in Gen.Choose(0, 3).SelectMany(n => Gen.ArrayOf(Gen.Elements(turns), n))
        from repeated in Gen.Elements(false, false, true)
        from first in Commands.Of(beginning[0], order)
        from rest in Gen.CollectToArray(beginning.Skip(1).Concat(course.SelectMany(t => t)), o => Commands.Of(o, order))
        select (Command[])[first, .. rest, .. repeated ? [first] : Array.Empty<Command>()];
}
