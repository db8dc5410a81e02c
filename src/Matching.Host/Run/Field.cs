using Matching.Core;

namespace Matching.Host.Run;

/// <summary>The fields of a request that the protocol knows. A field of another name is the caller's own and is not looked at.</summary>
internal enum Field : byte
{
    Id,
    Op,
    Item,
    Buyer,
    Order,
    Team,
    Payment,
    Campaign,
    Merchant,
    Sharer,
    Viewer,
    Invite,
    After,
    AfterItem,
    Amount,
    Due,
    Price,
    Quantity,
    Take,
    To,
    At,
    Tier,
    Public,
    Open,
    NewBuyer,
    Source,
    Cause,
    Key,
    Unknown,
}

/// <summary>Names, ranges and rules of the fields.</summary>
internal static class Fields
{
    /// <summary>Fields known.</summary>
    public const int Count = (int)Field.Unknown;

    /// <summary>The most entries one list may be asked for; the reply is one line, built in memory.</summary>
    public const int MaxTake = 1_000_000;

    private static readonly string[] Names =
    [
        "id", "op", "item", "buyer", "order", "team", "payment", "campaign", "merchant", "sharer", "viewer", "invite", "after", "afterItem",
            "amount", "due", "price",
        "quantity", "take", "to", "at", "tier", "public", "open", "newBuyer", "source", "cause", "key",
    ];

    /// <summary>The field of a name, which is compared byte for byte; Unknown for any other.</summary>
    public static Field Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Field.Id,
        2 when name.SequenceEqual("op"u8) => Field.Op,
        2 when name.SequenceEqual("to"u8) => Field.To,
        2 when name.SequenceEqual("at"u8) => Field.At,
        3 when name.SequenceEqual("due"u8) => Field.Due,
        3 when name.SequenceEqual("key"u8) => Field.Key,
        4 when name.SequenceEqual("item"u8) => Field.Item,
        4 when name.SequenceEqual("team"u8) => Field.Team,
        4 when name.SequenceEqual("take"u8) => Field.Take,
        4 when name.SequenceEqual("open"u8) => Field.Open,
        4 when name.SequenceEqual("tier"u8) => Field.Tier,
        5 when name.SequenceEqual("buyer"u8) => Field.Buyer,
        5 when name.SequenceEqual("order"u8) => Field.Order,
        5 when name.SequenceEqual("price"u8) => Field.Price,
        5 when name.SequenceEqual("after"u8) => Field.After,
        5 when name.SequenceEqual("cause"u8) => Field.Cause,
        6 when name.SequenceEqual("amount"u8) => Field.Amount,
        6 when name.SequenceEqual("sharer"u8) => Field.Sharer,
        6 when name.SequenceEqual("viewer"u8) => Field.Viewer,
        6 when name.SequenceEqual("invite"u8) => Field.Invite,
        6 when name.SequenceEqual("source"u8) => Field.Source,
        6 when name.SequenceEqual("public"u8) => Field.Public,
        7 when name.SequenceEqual("payment"u8) => Field.Payment,
        8 when name.SequenceEqual("quantity"u8) => Field.Quantity,
        8 when name.SequenceEqual("newBuyer"u8) => Field.NewBuyer,
        8 when name.SequenceEqual("campaign"u8) => Field.Campaign,
        8 when name.SequenceEqual("merchant"u8) => Field.Merchant,
        9 when name.SequenceEqual("afterItem"u8) => Field.AfterItem,
        _ => Field.Unknown,
    };

    /// <summary>The field's name on the line.</summary>
    public static string NameOf(Field field) => Names[(int)field];

    /// <summary>Whether the field is an integer.</summary>
    public static bool IsInteger(Field field) => field is >= Field.Item and <= Field.Tier;

    /// <summary>Whether the field is an id, which may also be sent as a string of its digits.</summary>
    public static bool IsId(Field field) => field is >= Field.Item and <= Field.AfterItem;

    /// <summary>The range of an integer field, both ends included.</summary>
    public static (long Min, long Max) RangeOf(Field field) => field switch
    {
        Field.After or Field.AfterItem => (0, BookOptions.MaxId),
        Field.Amount or Field.Due or Field.Price or Field.To or Field.At => (0, BookOptions.MaxExact),
        Field.Quantity => (1, int.MaxValue),
        Field.Tier => (0, byte.MaxValue),
        Field.Take => (1, MaxTake),
        _ => (1, BookOptions.MaxId),
    };

    /// <summary>The rule a field rests on, as a refusal cites it; empty for none.</summary>
    public static string RuleOf(Field field) => field switch
    {
        Field.Public or Field.Invite => " (R2)",
        Field.Price => " (R4)",
        Field.Tier or Field.NewBuyer => " (R21)",
        Field.Viewer or Field.At => " (R22)",
        Field.Source or Field.Sharer => " (R23)",
        Field.Open => " (R33)",
        Field.Payment => " (R35)",
        Field.Cause or Field.Key => " (R37)",
        Field.To => " (R43)",
        Field.Amount or Field.Quantity => " (R44)",
        Field.Due => " (R46)",
        _ => "",
    };
}
