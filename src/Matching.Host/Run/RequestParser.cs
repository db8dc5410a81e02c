using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Run.Campaigns;

namespace Matching.Host.Run;

/// <summary>
/// Turns a line into a request, or says why it is none. Fields that the operation does not take are not looked at, so that
/// callers may carry notes of their own; fields it takes are checked strictly. One thread; re-used line after line.
/// </summary>
internal sealed class RequestParser
{
    private readonly LineTokens _tokens = new();

    /// <summary>The id's bytes of the line read last, as they were sent; empty where there was none to be read.</summary>
    public ReadOnlySpan<byte> Id(ReadOnlySpan<byte> line) => _tokens.Id(line);

    /// <summary>The id alone, of the beginning of a line that is too long to be a request.</summary>
    public void ParseBeginning(ReadOnlySpan<byte> beginning) => _tokens.ReadBeginning(beginning);

    /// <summary>Understands a line.</summary>
    /// <returns>Why it is no request, naming the field, the value and the rule; null for a good one.</returns>
    public string? Parse(ReadOnlySpan<byte> line, out Request request)
    {
        request = default;
        string? problem = _tokens.Read(line);
        if (problem is not null)
        {
            return problem;
        }

        if (!_tokens.Has(Field.Op))
        {
            return "a request needs op; the operations are " + Shape.Words;
        }

        ref readonly Token op = ref _tokens[Field.Op];
        Shape? shape = op.Type == JsonTokenType.String ? Shape.Of(op.TextOf(line)) : null;
        return shape is null ? BindControl(op, line, ref request) : Bind(shape, line, ref request);
    }

    private static string? BindControl(in Token op, ReadOnlySpan<byte> line, ref Request request)
    {
        string? problem = null;
        request.Verb = Verb.Control;
        request.Control = op.Type == JsonTokenType.String
            ? ControlLine.Parse(Encoding.UTF8.GetString(op.TextOf(line)), line, out problem)
            : null;
        return request.Control is not null
            ? null
            : problem ?? $"op {op.Excerpt(line)} is unknown; the operations are {Shape.Words}; about campaigns: {ControlLine.Words}";
    }

    private string? Bind(Shape shape, ReadOnlySpan<byte> line, ref Request request)
    {
        uint missing = shape.Required & ~_tokens.Present;
        if (missing != 0)
        {
            return $"{shape.Name} needs {Fields.NameOf((Field)BitOperations.TrailingZeroCount(missing))}";
        }

        request.Verb = shape.Verb;
        request.Command.Operation = shape.Operation;
        request.Command.Quantity = shape.Operation == Operation.Pay ? 0 : 1;
        for (uint left = shape.Taken & _tokens.Present; left != 0; left &= left - 1)
        {
            var field = (Field)BitOperations.TrailingZeroCount(left);
            string? problem = field == Field.Payment ? SetPayment(line, ref request.Command)
                : Fields.IsInteger(field) ? SetInteger(field, line, ref request)
                : SetWord(field, line, ref request.Command);
            if (problem is not null)
            {
                return problem;
            }
        }

        return Together(shape, line, ref request.Command);
    }

    /// <summary>Fields that are good one by one may still contradict each other.</summary>
    private string? Together(Shape shape, ReadOnlySpan<byte> line, ref Command command)
    {
        if (shape.Operation == Operation.Hold && command is { OpenNew: true, Team: not 0 })
        {
            return "hold takes team or open, not both (R33)";
        }

        const uint Scopes = (1u << (int)Field.Item) | (1u << (int)Field.Campaign) | (1u << (int)Field.Merchant);
        if (shape.Verb == Verb.Counts && BitOperations.PopCount(_tokens.Present & Scopes) > 1)
        {
            return "counts takes one of item, campaign and merchant, or none (R19)";
        }

        if (shape.Operation == Operation.RefundDone && _tokens.Has(Field.Key))
        {
            if (_tokens.Has(Field.Cause) || _tokens.Has(Field.Payment))
            {
                return "refundDone takes key, or cause and payment, not both (R37)";
            }

            RefundKey.Name(ref command, Encoding.UTF8.GetString(_tokens[Field.Key].TextOf(line)));
        }

        return null;
    }

    private string? SetInteger(Field field, ReadOnlySpan<byte> line, ref Request request)
    {
        ref readonly Token token = ref _tokens[field];
        (long min, long max) = Fields.RangeOf(field);
        bool isNumber = TryNumber(token, line, out long value)
            || (token.Type == JsonTokenType.String && Fields.IsId(field) && IdJson.TryParse(token.TextOf(line), out value));
        if (!isNumber || value < min || value > max)
        {
            return string.Create(
                null, $"{Fields.NameOf(field)} must be an integer from {min} to {max}, not {token.Excerpt(line)}{Fields.RuleOf(field)}");
        }

        Place(field, value, ref request);
        return null;
    }

    private string? SetPayment(ReadOnlySpan<byte> line, ref Command command)
    {
        ref readonly Token token = ref _tokens[Field.Payment];
        PaymentId payment = default;
        if (TryNumber(token, line, out long number))
        {
            payment = Math.Max(0, number);
        }
        else if (token.Type == JsonTokenType.String && PaymentId.TryParse(Encoding.UTF8.GetString(token.TextOf(line)), out PaymentId text))
        {
            payment = text;
        }

        command.Payment = payment;
        return payment.IsNone ? $"payment must be {PaymentId.Allowed}, not {token.Excerpt(line)}{Fields.RuleOf(Field.Payment)}" : null;
    }

    private static bool TryNumber(in Token token, ReadOnlySpan<byte> line, out long value)
    {
        value = 0;
        return token.Type == JsonTokenType.Number && Utf8Parser.TryParse(token.Of(line), out value, out int read) && read == token.Length;
    }

    private static void Place(Field field, long value, ref Request request)
    {
        ref Command command = ref request.Command;
        switch (field)
        {
            case Field.Item: command.Item = value; break;
            case Field.Buyer: command.Buyer = value; break;
            case Field.Order: command.Order = value; break;
            case Field.Team: command.Team = value; break;
            case Field.Invite: command.Invite = value; break;
            case Field.Amount: command.Amount = value; break;
            case Field.Quantity: command.Quantity = (int)value; break;
            case Field.Due: (command.Due, command.DueNamed) = (value, true); break;
            case Field.Sharer: command.Sharer = value; break;
            case Field.Price: (command.Price, command.PriceNamed) = (value, true); break;
            case Field.Take: request.Take = (int)value; break;
            case Field.After: request.After = value; break;
            case Field.AfterItem: request.AfterItem = value; break;
            case Field.To: request.To = value; break;
            case Field.Viewer: request.Viewer = value; break;
            case Field.At: request.At = value; break;
            case Field.Tier: command.BuyerFacts = command.BuyerFacts with { Tier = (byte)value }; break;
            case Field.Campaign: request.Campaign = value; break;
            case Field.Merchant: request.Merchant = value; break;
        }
    }

    private string? SetWord(Field field, ReadOnlySpan<byte> line, ref Command command)
    {
        ref readonly Token token = ref _tokens[field];
        bool isText = token.Type == JsonTokenType.String, isTrue = token.Type == JsonTokenType.True;
        switch (field)
        {
            case Field.Public when isTrue || token.Type == JsonTokenType.False:
                command.InviteOnly = !isTrue;
                return null;
            case Field.Open when isTrue || token.Type == JsonTokenType.False:
                command.OpenNew = isTrue;
                return null;
            case Field.NewBuyer when isTrue || token.Type == JsonTokenType.False:
                command.BuyerFacts = command.BuyerFacts with { Standing = isTrue ? BuyerStanding.New : BuyerStanding.Old };
                return null;
            case Field.Key when isText:
                return null;
            case Field.Source when isText:
                command.Source = SourceOf(token.TextOf(line));
                return null;
            case Field.Cause when isText && CauseOf(token.TextOf(line)) is var cause and not RefundCause.None:
                command.Cause = cause;
                return null;
        }

        string wanted = field switch
        {
            Field.Source or Field.Key => "a string",
            Field.Cause =>
                "one of expired, left, afterSale, latePayment, unknownPayment, secondPayment, underpaid, overpaid, priceDifference",
            _ => "true or false",
        };
        return $"{Fields.NameOf(field)} must be {wanted}, not {token.Excerpt(line)}{Fields.RuleOf(field)}";
    }

    /// <summary>Where a join came from (R23); a place the rules do not name is Other, not a fault.</summary>
    private static Source SourceOf(ReadOnlySpan<byte> word) => word switch
    {
        _ when Ascii.EqualsIgnoreCase(word, "detailPage"u8) => Source.DetailPage,
        _ when Ascii.EqualsIgnoreCase(word, "chatGroup"u8) => Source.ChatGroup,
        _ when Ascii.EqualsIgnoreCase(word, "liveRoom"u8) => Source.LiveRoom,
        _ when Ascii.EqualsIgnoreCase(word, "shortVideo"u8) => Source.ShortVideo,
        _ when Ascii.EqualsIgnoreCase(word, "shareLink"u8) => Source.ShareLink,
        _ when Ascii.EqualsIgnoreCase(word, "venue"u8) => Source.Venue,
        _ => Source.Other,
    };

    private static RefundCause CauseOf(ReadOnlySpan<byte> word)
    {
        for (RefundCause cause = RefundCause.Expired; cause <= RefundCause.PriceDifference; cause++)
        {
            if (Ascii.Equals(word, Words.Of(cause)))
            {
                return cause;
            }
        }

        return RefundCause.None;
    }
}
