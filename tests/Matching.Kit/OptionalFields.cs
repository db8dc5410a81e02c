using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>
/// Which fields an operation may be given beside those it needs, as the line protocol says, and random values for them. What no
/// generator produces, no test sees: a hold lost its source that way (R23).
/// </summary>
public static class OptionalFields
{
    private static readonly Operation[] s_makers =
        [Operation.OpenTeam, Operation.QuickJoin, Operation.JoinTeam, Operation.Hold, Operation.SoloBuy];

    private static readonly Operation[] s_payers =
        [Operation.OpenTeam, Operation.QuickJoin, Operation.JoinTeam, Operation.SoloBuy, Operation.Pay];

    /// <summary>Every optional field, the operations that take it, and its value in a command.</summary>
    public static IReadOnlyList<(string Field, Operation[] Of, Func<Command, object> Value)> All { get; } =
    [
        (nameof(Command.Source), s_makers, c => c.Source),
        (nameof(Command.Sharer), s_makers, c => c.Sharer),
        (nameof(Command.DueNamed), s_makers, c => c.DueNamed),
        (nameof(Command.Due), s_makers, c => c.Due),
        (nameof(Command.BuyerFacts), s_makers, c => c.BuyerFacts.Standing),
        (nameof(Command.BuyerFacts), s_makers, c => c.BuyerFacts.Tier),
        (nameof(Command.Quantity), [.. s_makers, Operation.Pay], c => c.Quantity),
        (nameof(Command.Amount), s_payers, c => c.Amount),
        (nameof(Command.InviteOnly), [Operation.OpenTeam], c => c.InviteOnly),
        (nameof(Command.Invite), [Operation.OpenTeam, Operation.JoinTeam, Operation.Hold], c => c.Invite),
        (nameof(Command.Size), [Operation.OpenTeam], c => c.Size),
        (nameof(Command.PriceNamed), [Operation.OpenTeam, Operation.QuickJoin], c => c.PriceNamed),
        (nameof(Command.Price), [Operation.OpenTeam, Operation.QuickJoin], c => c.Price),
        (nameof(Command.Team), [Operation.Hold], c => c.Team),
        (nameof(Command.OpenNew), [Operation.Hold], c => c.OpenNew),
        (nameof(Command.Payment), [Operation.Pay, Operation.RefundDone], c => c.Payment),
        (nameof(Command.Cause), [Operation.RefundDone], c => c.Cause),
        (nameof(Command.ByKey), [Operation.RefundDone], c => c.ByKey),
    ];

    /// <summary>Whether an operation makes an order, which keeps what it was given.</summary>
    public static bool IsMaker(Operation operation) => s_makers.Contains(operation);

    /// <summary>The command with some of what its operation may be given. What it has already and is not about money stays.</summary>
    /// <param name="c">The command, with item, order, buyer and amount.</param>
    /// <param name="below">A number from 0 to below the one given.</param>
    public static Command Give(Command c, Func<int, int> below)
    {
        ArgumentNullException.ThrowIfNull(below);
        if (IsMaker(c.Operation))
        {
            c.Source = (Source)below(8);
            c.Sharer = below(4) == 0 ? Ids.Of(1 + below(40), 5) : 0;
            c.DueNamed = below(3) == 0;
            c.Due = c.DueNamed ? 100 * below(5) : 0;
            c.BuyerFacts = new BuyerFacts((BuyerStanding)below(3), (byte)(below(3) == 0 ? below(4) : 0));
            c.Quantity = 1 + (below(4) == 0 ? 1 : 0);
        }

        switch (c.Operation)
        {
            case Operation.OpenTeam:
                c.InviteOnly = below(4) == 0;
                c.Invite = c.InviteOnly ? AnInvite(below) : 0;
                c.Size = (ushort)(below(3) == 0 ? 0 : 2 + below(2));
                Price(ref c, below);
                break;
            case Operation.QuickJoin:
                Price(ref c, below);
                break;
            case Operation.JoinTeam:
                c.Invite = below(2) == 0 ? AnInvite(below) : 0;
                break;
            case Operation.Hold:
                c.Invite = c.Team != 0 && below(2) == 0 ? AnInvite(below) : 0;
                c.OpenNew = c.Team == 0 && below(4) == 0;
                break;
            case Operation.Pay:
                c.Payment = APayment(below);
                c.Quantity = below(8) == 0 ? 1 + below(2) : 0;
                break;
            case Operation.RefundDone:
                c.Cause = (RefundCause)(below(2) == 0 ? 0 : below(10));
                c.Payment = below(3) == 0 ? APayment(below) : default;
                c.ByKey = below(4) == 0;
                break;
        }

        return c;
    }

    private static long AnInvite(Func<int, int> below) => Ids.Invites[below(Ids.Invites.Length)];

    private static PaymentId APayment(Func<int, int> below) => Ids.Payments[below(Ids.Payments.Length)];

    private static void Price(ref Command c, Func<int, int> below)
    {
        c.PriceNamed = below(8) == 0;
        c.Price = c.PriceNamed ? 100 * below(4) : 0;
    }
}
