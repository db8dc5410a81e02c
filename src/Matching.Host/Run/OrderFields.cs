using System.Text.Json;
using Matching.Core;
using static Matching.Host.Run.ReplyNames;

namespace Matching.Host.Run;

/// <summary>An order on a line out, wherever it stands.</summary>
internal static class OrderFields
{
    /// <summary>The list of a reply.</summary>
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<OrderView> orders)
    {
        json.WriteStartArray("orders"u8);
        foreach (OrderView order in orders)
        {
            json.WriteStartObject();
            Write(json, order);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, in OrderView order)
    {
        json.WriteId(Item, order.Item);
        json.WriteId(Order, order.Order);
        json.WriteString(State, NameOf(order.State));
        if (order.Team != 0)
        {
            json.WriteId(Team, order.Team);
        }

        if (order.Buyer != 0)
        {
            json.WriteId(Buyer, order.Buyer);
        }

        json.WriteFen(Amount, order.Amount);
        if (order.Quantity != 0)
        {
            json.WriteNumber(Quantity, order.Quantity);
        }

        if (order.State is OrderState.Held or OrderState.HoldEnded)
        {
            json.WriteNumber(Until, order.Until);
        }

        if (order.Request != RequestState.None)
        {
            json.WriteString("request"u8, NameOf(order.Request));
        }

        if (order.WasShipped)
        {
            json.WriteBoolean(Shipped, true);
        }

        if (order.Source != Source.Unknown)
        {
            json.WriteString("source"u8, NameOf(order.Source));
        }

        if (order.Sharer != 0)
        {
            json.WriteId(Sharer, order.Sharer);
        }

        if (order.Merchant != 0)
        {
            json.WriteId(Merchant, order.Merchant);
        }

        Given(json, Kept, order.Kept);
        Given(json, Owed, order.Owed);
        Given(json, Refunded, order.Refunded);
        if (order.Due is { } due)
        {
            // 0 too: a due of 0 is a due (R46).
            json.WriteNumber("due"u8, due);
        }
    }

    /// <summary>Money, where 0 says that there is none.</summary>
    private static void Given(Utf8JsonWriter json, JsonEncodedText name, Int128 fen)
    {
        if (fen != 0)
        {
            json.WriteFen(name, fen);
        }
    }
}
