using System.Text;
using Matching.Core;

namespace Matching.Host.Run;

/// <summary>An operation of the line protocol: its word, what it asks for, and the fields it takes.</summary>
internal sealed class Shape
{
    private const Field Item = Field.Item, Buyer = Field.Buyer, Order = Field.Order, Team = Field.Team;
    private const Field Amount = Field.Amount, Quantity = Field.Quantity, Take = Field.Take;

    // What every operation that makes an order takes, and the order keeps.
    private static readonly Field[] About = [Field.Due, Quantity, Field.Source, Field.Sharer, Field.NewBuyer, Field.Tier];

    private static readonly Shape[] All =
    [
        new("quickJoin", Operation.QuickJoin, [Item, Buyer, Order], [Field.Price, Amount, .. About]),
        new("joinTeam", Operation.JoinTeam, [Item, Team, Buyer, Order], [Field.Invite, Amount, .. About]),
        new("openTeam", Operation.OpenTeam, [Item, Buyer, Order], [Field.Public, Amount, .. About]),
        new("hold", Operation.Hold, [Item, Buyer, Order], [Team, Field.Invite, Field.Open, .. About]),
        new("pay", Operation.Pay, [Item, Order], [Field.Payment, Amount, Quantity]),
        new("release", Operation.Release, [Item, Order], []),
        new("soloBuy", Operation.SoloBuy, [Item, Buyer, Order], [Amount, .. About]),
        new("requestRefund", Operation.RequestRefund, [Item, Order], []),
        new("approveRefund", Operation.ApproveRefund, [Item, Order], []),
        new("rejectRefund", Operation.RejectRefund, [Item, Order], []),
        new("withdrawRefund", Operation.WithdrawRefund, [Item, Order], []),
        new("ship", Operation.Ship, [Item, Order], []),
        new("refundDone", Operation.RefundDone, [Item, Order], [Field.Key, Field.Cause, Field.Payment]),
        new("refundsOwed", Verb.RefundsOwed, [Take], []),
        new("order", Verb.Order, [Item, Order], []),
        new("team", Verb.Team, [Item, Team], []),
        new("openTeams", Verb.OpenTeams, [Item, Take], []),
        new("ordersOf", Verb.OrdersOf, [Buyer, Take], [Field.After, Field.AfterItem]),
        new("counts", Verb.Counts, [], [Item, Field.Campaign, Field.Merchant]),
        new("view", Verb.View, [Item, Field.Viewer], [Field.Source, Field.Sharer, Field.At]),
        new("advance", Verb.Advance, [Field.To], []),
    ];

    private readonly byte[] _word;

    private Shape(string name, Operation operation, Field[] required, Field[] optional)
        : this(name, Verb.Command, required, optional) => Operation = operation;

    private Shape(string name, Verb verb, Field[] required, Field[] optional)
    {
        Name = name;
        Verb = verb;
        Required = Bits(required);
        Taken = Required | Bits(optional);
        _word = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>Every operation's word, for a refusal.</summary>
    public static string Words { get; } = string.Join(", ", All.Select(shape => shape.Name));

    public string Name { get; }

    public Verb Verb { get; }

    public Operation Operation { get; }

    /// <summary>Fields that must be there, a bit each.</summary>
    public uint Required { get; }

    /// <summary>Fields that are looked at, a bit each.</summary>
    public uint Taken { get; }

    /// <summary>The operation of a word; null for an unknown one. Twenty lengths to compare cost less than a hash.</summary>
    public static Shape? Of(ReadOnlySpan<byte> word)
    {
        foreach (Shape shape in All)
        {
            if (word.SequenceEqual(shape._word))
            {
                return shape;
            }
        }

        return null;
    }

    private static uint Bits(Field[] fields) => fields.Aggregate(0u, (bits, field) => bits | (1u << (int)field));
}
