using FsCheck;
using FsCheck.Fluent;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>Random commands.</summary>
internal static class Commands
{
    private static readonly (int Weight, Operation Operation)[] Operations =
    [
        (10, Operation.OpenTeam), (16, Operation.QuickJoin), (14, Operation.JoinTeam), (14, Operation.Hold), (16, Operation.Pay),
        (5, Operation.Release), (3, Operation.SoloBuy), (8, Operation.RequestRefund), (7, Operation.ApproveRefund),
        (4, Operation.RejectRefund), (3, Operation.WithdrawRefund), (9, Operation.Ship), (7, Operation.RefundDone),
    ];

    // Without one, an invite-only team is entered by its id alone, as before there were invites (R2).
    private static readonly Gen<long> AnInvite = Gen.Elements([0L, .. Ids.Invites]);

    /// <summary>An item, mostly the first one, an order, and a buyer that mostly goes with the order.</summary>
    public static readonly Gen<Command> AnOrder =
        from item in Gen.Frequency(
            (8, Gen.Constant(Scripts.Items[0])), (1, Gen.Constant(Scripts.Items[1])), (2, Gen.Constant(Scripts.Items[2])))
        from number in Gen.Choose(1, Scripts.Orders)
        from stranger in Gen.Choose(0, 6)
        from standing in Gen.Elements(BuyerStanding.Unknown, BuyerStanding.New, BuyerStanding.Old)
        from tier in Gen.Elements(0, 0, 2)
        select new Command
        {
            Item = item,
            Order = Scripts.OrderIds[number - 1],
            Buyer = Ids.Of(1 + ((stranger == 0 ? number + 1 : number) % Scripts.Buyers), Scripts.Buyers),
            Quantity = 1,
            BuyerFacts = new BuyerFacts(standing, (byte)tier),
        };

    /// <summary>Any command.</summary>
    public static readonly Gen<Command> Any =
        from operation in Gen.Frequency(Operations.Select(o => (o.Weight, Gen.Constant(o.Operation))).ToArray())
        from order in AnOrder
        from command in Of(operation, order)
        select command;

    /// <summary>A command of an operation about an order.</summary>
    public static Gen<Command> Of(Operation operation, Command order) =>
        from amount in Gen.Frequency(
            (5, Gen.Elements(0L, 1L, 989L, 990L, 990L, 1_000L, 2_000L)), (1, Gen.Choose(0, 2_500).Select(fen => (long)fen)))
        from quantity in Gen.Elements(1, 1, 2)
        from about in About(order with { Operation = operation })
        from command in Detailed(about, amount, quantity)
        select command;

    /// <summary>What every operation that makes an order takes: where it came from, who shared it, what is due.</summary>
    private static Gen<Command> About(Command c) =>
        from source in Gen.Frequency((3, Gen.Constant(Source.Unknown)), (2, Gen.Elements(Source.ShareLink, Source.LiveRoom, Source.Venue)))
        from sharer in Gen.Frequency((4, Gen.Constant(0L)), (1, Gen.Elements(3L, 900L)))
        from due in Gen.Frequency((4, Gen.Constant(-1L)), (1, Gen.Elements(0L, 1L, 989L, 990L)))
        select c.Operation is Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.SoloBuy or Operation.Hold
            ? c with { Source = source, Sharer = sharer, DueNamed = due >= 0, Due = Math.Max(0, due) }
            : c;

    private static Gen<Command> Detailed(Command c, long amount, int quantity) => c.Operation switch
    {
        Operation.OpenTeam => OpenTeam(c with { Amount = amount, Quantity = quantity }),
        Operation.QuickJoin => QuickJoin(c with { Amount = amount, Quantity = quantity }),
        Operation.JoinTeam => ATeam(c.Item).SelectMany(t => Invited(c with { Team = t, Amount = amount, Quantity = quantity })),
        Operation.SoloBuy => Gen.Constant(c with { Amount = amount, Quantity = quantity }),
        Operation.Hold => Gen.Frequency(
            (5, Gen.Constant(c)), (2, Gen.Constant(c with { OpenNew = true })),
                (5, ATeam(c.Item).SelectMany(t => Invited(c with { Team = t }))))
            .Select(hold => hold with { Quantity = quantity }),
        Operation.Pay =>
            from payment in Gen.Frequency((4, Gen.Constant(Ids.Payments[0])), (2, Gen.Elements(Ids.Payments)))
            from pieces in Gen.Elements(0, 0, 0, 0, 1, 2)
            select c with { Buyer = 0, Payment = payment, Amount = amount, Quantity = pieces },
        Operation.RefundDone => RefundDone(c with { Buyer = 0 }),
        _ => Gen.Constant(c with { Buyer = 0 }),
    };

    private static Gen<Command> OpenTeam(Command c) =>
        from inviteOnly in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from invite in AnInvite
        from price in Gen.Elements(0L, 0L, 500L)
        from size in Gen.Elements(0, 0, 0, 2, 3)
        select c with { InviteOnly = inviteOnly, Invite = invite, PriceNamed = price != 0, Price = price, Size = (ushort)size };

    private static Gen<Command> Invited(Command c) => AnInvite.Select(invite => c with { Invite = invite });

    private static Gen<Command> QuickJoin(Command c) =>
        from price in Gen.Elements(-1L, -1L, -1L, 0L, 500L, 700L)
        select c with { PriceNamed = price >= 0, Price = Math.Max(0, price) };

    private static Gen<Command> RefundDone(Command c) =>
        from cause in Gen.Elements(
            RefundCause.None, RefundCause.None, RefundCause.None, RefundCause.Expired, RefundCause.Left, RefundCause.AfterSale,
            RefundCause.LatePayment, RefundCause.UnknownPayment, RefundCause.SecondPayment, RefundCause.SecondPayment,
            RefundCause.Underpaid, RefundCause.Overpaid, RefundCause.PriceDifference)
        from payment in Gen.Frequency((1, Gen.Constant(Ids.Payments[0])), (2, Gen.Elements(Ids.Payments)))
        from byKey in Gen.Elements(false, false, true)
        select c with { Cause = cause, Payment = cause is RefundCause.SecondPayment or RefundCause.Underpaid ? payment : 0, ByKey = byKey };

    private static Gen<long> ATeam(long item) => Gen.Frequency(
        (16, Gen.Choose(1, 3).Select(n => Scripts.TeamId(item, n))),
        (4, Gen.Choose(4, Scripts.Teams).Select(n => Scripts.TeamId(item, n))),
        (1, Gen.Constant(Scripts.TeamId(item == Scripts.Items[1] ? Scripts.Items[0] : Scripts.Items[1], 1))));
}
