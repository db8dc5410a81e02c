using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Matching.Core;

namespace Matching.Engine;

/// <summary>
/// Checks what callers hand in, once, so that the core may trust it. A message names the field, its value, what is allowed
/// and the rule. Load: every join passes here; the checks inline and the throwing paths do not.
/// </summary>
internal static class Arguments
{
    /// <summary>
    /// Checks a command by its operation and fills in the quantity, and the invite of an invite-only team to be opened (R2).
    /// </summary>
    public static void Check(ref Command command, BookOptions terms, bool manualClock, Func<long> invites)
    {
        Id(command.Item, nameof(command.Item));
        Id(command.Order, nameof(command.Order));
        Amount(command.Amount, nameof(command.Amount));
        command.Quantity = Quantity(command);
        if (command.At != 0)
        {
            At(command.At, manualClock);
        }

        if ((byte)command.Source > (byte)Source.Other)
        {
            Throw(nameof(command.Source), (byte)command.Source, "0 … 7", "R23");
        }

        if ((command.Due | command.Sharer) != 0)
        {
            Details(command);
        }

        switch (command.Operation)
        {
            case Operation.QuickJoin:
                Id(command.Buyer, nameof(command.Buyer));
                Price(command);
                break;
            case Operation.OpenTeam:
                Id(command.Buyer, nameof(command.Buyer));
                Price(command);
                Size(command.Size, terms);
                Invite(ref command, invites);
                break;
            case Operation.JoinTeam:
                Id(command.Buyer, nameof(command.Buyer));
                Id(command.Team, nameof(command.Team));
                IdOrNone(command.Invite, nameof(command.Invite));
                break;
            case Operation.Hold:
                Id(command.Buyer, nameof(command.Buyer));
                IdOrNone(command.Team, nameof(command.Team));
                IdOrNone(command.Invite, nameof(command.Invite));
                Hold(command);
                break;
            case Operation.SoloBuy:
                Id(command.Buyer, nameof(command.Buyer));
                break;
            case Operation.Pay:
                IdOrNone(command.Payment.Number, nameof(command.Payment));
                break;
            case Operation.RefundDone:
                IdOrNone(command.Payment.Number, nameof(command.Payment));
                Cause(command.Cause);
                break;
            case Operation.Release or Operation.RequestRefund or Operation.ApproveRefund or Operation.RejectRefund
                or Operation.WithdrawRefund or Operation.Ship:
                break;
            default:
                Throw(nameof(command.Operation), (byte)command.Operation, "OpenTeam … RefundDone (1 … 13)", "R35");
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Id(long value, string field)
    {
        if (value < 1)
        {
            Throw(field, value, "1 … 9223372036854775807 (2^63 − 1)", "ids");
        }
    }

    public static void IdOrNone(long value, string field)
    {
        if (value < 0)
        {
            Throw(field, value, "0 for none, or 1 … 9223372036854775807 (2^63 − 1)", "ids");
        }
    }

    /// <summary>Where a view came from, and when it was.</summary>
    public static void View(in View view)
    {
        if ((byte)view.Source > (byte)Source.Other)
        {
            Throw(nameof(view.Source), (byte)view.Source, "0 … 7", "R23");
        }

        if (view.At is < 0 or > BookOptions.MaxExact)
        {
            Throw(nameof(view.At), view.At, "0 for now, or 1 … 9007199254740991 (2^53 − 1)", "R22");
        }
    }

    private static void Invite(ref Command command, Func<long> invites)
    {
        if (command is { InviteOnly: true, Invite: 0 })
        {
            command.Invite = invites();
        }

        IdOrNone(command.Invite, nameof(command.Invite));
    }

    public static void Size(int size, BookOptions terms)
    {
        if (size != 0 && (size < 2 || size > terms.MaxTeamSize))
        {
            Throw("Size", size, string.Create(CultureInfo.InvariantCulture, $"0 for the item's terms, or 2 … {terms.MaxTeamSize}"), "R1");
        }
    }

    public static void Take(int take)
    {
        if (take < 1)
        {
            Throw("take", take, "1 or more", "R19");
        }
    }

    public static void Time(long to)
    {
        if ((ulong)to > BookOptions.MaxExact)
        {
            Throw("to", to, "0 … 9007199254740991 ms since 1970", "R43");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Amount(long value, string field)
    {
        if ((ulong)value > BookOptions.MaxExact)
        {
            Throw(field, value, "0 … 9007199254740991 fen", "R44");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Quantity(in Command command)
    {
        if (command.Quantity < 0)
        {
            Throw("Quantity", command.Quantity, "1 or more; 0 means 1, and with a payment the pieces of its hold", "R44");
        }

        return command.Operation == Operation.Pay ? command.Quantity : Math.Max(1, command.Quantity);
    }

    private static void Price(in Command command)
    {
        Amount(command.Price, nameof(command.Price));
        if (command.Price != 0 && !command.PriceNamed)
        {
            throw new ArgumentException(
                $"Price is {command.Price} but PriceNamed is not set: name the price or leave it 0 (R4)", nameof(command));
        }
    }

    private static void Details(in Command command)
    {
        Amount(command.Due, nameof(command.Due));
        IdOrNone(command.Sharer, nameof(command.Sharer));
        if (command.Due != 0 && !command.DueNamed)
        {
            throw new ArgumentException(
                $"Due is {command.Due} but DueNamed is not set: name the amount due or leave it 0 (R46)", nameof(command));
        }
    }

    private static void Hold(in Command command)
    {
        if (command.Team != 0 && command.OpenNew)
        {
            throw new ArgumentException(
                $"Team is {command.Team} and OpenNew is set: a hold is in a team or insists on a new one, not both (R33)", nameof(command));
        }
    }

    private static void Cause(RefundCause cause)
    {
        if ((byte)cause > (byte)RefundCause.PriceDifference)
        {
            Throw("Cause", (byte)cause, "0 for any cause, or 1 … 9", "R37");
        }
    }

    public static void At(long at, bool manualClock)
    {
        if (!manualClock)
        {
            throw new ArgumentException(
                $"At is {at}: a request has a time of its own only on an engine with a manual clock (R43)", nameof(at));
        }

        if ((ulong)at > BookOptions.MaxExact)
        {
            Throw("At", at, "0 for the clock's, or 1 … 9007199254740991 ms since 1970", "R43");
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw(string field, long value, string allowed, string rule) =>
        throw new ArgumentOutOfRangeException(
            field, value, string.Create(CultureInfo.InvariantCulture, $"{field} is {value}; allowed is {allowed} ({rule})"));
}
