using Matching.Core;
using Matching.Storefront.Shop;

namespace Matching.Storefront.Api;

/// <summary>A body that knows what of it is out of range.</summary>
internal interface IChecked
{
    /// <summary>Null when all is well; else the field, its value, what is allowed and the rule.</summary>
    string? Wrong { get; }
}

/// <summary>What was bought; paid already.</summary>
/// <param name="Quantity">Pieces, 1 … 99 (R44).</param>
/// <param name="Source">Where the buyer came from (R23).</param>
/// <param name="Sharer">Who shared what led him here (R23).</param>
/// <param name="AmountFen">What he paid, in fen; none for what the shop asks (R44).</param>
public sealed record BoughtBody(
    int Quantity = 1, Source Source = Source.Unknown, [property: JsonId] long? Sharer = null, long? AmountFen = null) : IChecked
{
    string? IChecked.Wrong => Ranges.Purchase(Quantity, Sharer, AmountFen);

    public Purchase ToPurchase() => new(Quantity, Source, Sharer.GetValueOrDefault(), AmountFen);
}

/// <summary>Open a team, paid.</summary>
/// <param name="Quantity">Pieces, 1 … 99 (R44).</param>
/// <param name="InviteOnly">Not listed and not suggested; entered with the invite of the answer (R2).</param>
/// <param name="Source">Where the buyer came from (R23).</param>
/// <param name="Sharer">Who shared what led him here (R23).</param>
/// <param name="AmountFen">What he paid, in fen; none for what the shop asks (R44).</param>
public sealed record OpenTeamBody(int Quantity = 1, bool InviteOnly = false, Source Source = Source.Unknown,
    [property: JsonId] long? Sharer = null, long? AmountFen = null) : IChecked
{
    string? IChecked.Wrong => Ranges.Purchase(Quantity, Sharer, AmountFen);

    public Purchase ToPurchase() => new(Quantity, Source, Sharer.GetValueOrDefault(), AmountFen);
}

/// <summary>Join a named team, paid.</summary>
/// <param name="Team">The team.</param>
/// <param name="Invite">The code of an invite-only team (R2); ignored for any other.</param>
/// <param name="Quantity">Pieces, 1 … 99 (R44).</param>
/// <param name="Source">Where the buyer came from (R23).</param>
/// <param name="Sharer">Who shared what led him here (R23).</param>
/// <param name="AmountFen">What he paid, in fen; none for what the shop asks (R44).</param>
public sealed record JoinTeamBody(
    [property: JsonId] long Team, [property: JsonId] long? Invite = null, int Quantity = 1, Source Source = Source.Unknown,
        [property: JsonId] long? Sharer = null, long? AmountFen = null) : IChecked
{
    string? IChecked.Wrong => Ranges.Id(Team, "team") ?? Ranges.Invite(Invite) ?? Ranges.Purchase(Quantity, Sharer, AmountFen);

    public Purchase ToPurchase() => new(Quantity, Source, Sharer.GetValueOrDefault(), AmountFen);
}

/// <summary>Keep a seat while paying.</summary>
/// <param name="Team">The team; none for the best open one, or a promise to open (R33).</param>
/// <param name="Invite">The code of the team named, where it is invite-only (R2); ignored for any other.</param>
/// <param name="Open">Insist on a new team; not together with a team.</param>
/// <param name="Quantity">Pieces, 1 … 99: named here, never when paying (R33, R44).</param>
/// <param name="Source">Where the buyer came from (R23).</param>
/// <param name="Sharer">Who shared what led him here (R23).</param>
public sealed record HoldBody(
    [property: JsonId] long? Team = null, [property: JsonId] long? Invite = null, bool Open = false, int Quantity = 1,
        Source Source = Source.Unknown, [property: JsonId] long? Sharer = null) : IChecked
{
    string? IChecked.Wrong => Ranges.Invite(Invite) ?? Ranges.Purchase(Quantity, Sharer) ?? (Team is not { } team ? null
        : Open ? "team and open are both set: a hold is in a team or insists on a new one, not both (R33)"
        : Ranges.Id(team, "team"));

    public Purchase ToPurchase() => new(Quantity, Source, Sharer.GetValueOrDefault());
}

/// <summary>A payment has arrived.</summary>
/// <param name="AmountFen">What was paid, in fen (R44).</param>
/// <param name="Payment">The payment's own id (R35).</param>
public sealed record PayBody(long AmountFen, PaymentId? Payment = null) : IChecked
{
    string? IChecked.Wrong => Ranges.Amount(AmountFen);
}

/// <summary>A refund went back.</summary>
/// <param name="Key">The entry's key, as it was listed (R37).</param>
public sealed record RefundDoneBody(string Key) : IChecked
{
    string? IChecked.Wrong => Ranges.Key(Key);
}

/// <summary>Move the manual clock.</summary>
/// <param name="To">Where to, ms since 1970; not before now (R43).</param>
public sealed record AdvanceBody(long To) : IChecked
{
    string? IChecked.Wrong =>
        To is >= 0 and <= BookOptions.MaxExact ? null : $"to is {To}; allowed is 0 … {BookOptions.MaxExact}, ms since 1970 (R43)";
}

/// <summary>Ranges of fields, in words.</summary>
internal static class Ranges
{
    private const int MaxKeyLength = 200;
    private const int MaxTake = 200;

    /// <summary>What an id may be.</summary>
    public static string AnyId { get; } = $"a whole number from 1 to {BookOptions.MaxId}";

    private static string AnyKey { get; } = $"a listed refund's key, a text of 1 to {MaxKeyLength} characters (R37)";

    /// <summary>What a field of a body may be; null for one whose range its type tells.</summary>
    public static string? OfBody(string field) => field switch
    {
        "quantity" => $"a whole number from 1 to {BuyerDesk.MaxQuantity} (R44)",
        "amountFen" => $"a whole number from 0 to {BookOptions.MaxExact} (R44)",
        "key" => AnyKey,
        _ => null,
    };

    /// <summary>What a number in an address may be.</summary>
    public static string OfAddress(string name) => name switch
    {
        "take" => $"a whole number from 1 to {MaxTake}",
        "skip" => $"a whole number from 0 to {PaymentDesk.MaxSkip}",
        "before" or "after" => $"a whole number from 0 to {BookOptions.MaxId}",
        _ => AnyId,
    };

    public static string? Id(long value, string field) => value >= 1
        ? null
        : $"{field} is {value}; allowed is 1 … {BookOptions.MaxId} (ids)";

    public static string? Invite(long? invite) => invite is { } shown ? Id(shown, "invite") : null;

    public static string? Quantity(int value) => value is >= 1 and <= BuyerDesk.MaxQuantity
        ? null
        : $"quantity is {value}; allowed is 1 … {BuyerDesk.MaxQuantity} (R44)";

    public static string? Amount(long fen) => fen is >= 0 and <= BookOptions.MaxExact
        ? null
        : $"amountFen is {fen}; allowed is 0 … {BookOptions.MaxExact} (R44)";

    public static string? Purchase(int quantity, long? sharer, long? fen = null) =>
        Quantity(quantity) ?? (sharer is { } named ? Id(named, "sharer") : null) ?? (fen is { } paid ? Amount(paid) : null);

    public static string? Key(string? key) => key switch
    {
        null => "key must be " + AnyKey,
        { Length: >= 1 and <= MaxKeyLength } => null,
        _ => $"key has {key.Length} characters; allowed is {AnyKey}",
    };

    public static string? Skip(int value) =>
        value is >= 0 and <= PaymentDesk.MaxSkip ? null : $"skip is {value}; allowed is 0 … {PaymentDesk.MaxSkip}";

    public static string? Take(int value) => value is >= 1 and <= MaxTake ? null : $"take is {value}; allowed is 1 … {MaxTake}";
}
