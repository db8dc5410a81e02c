using System.Text;
using Matching.Core;

namespace Matching.Host.Traffic;

/// <summary>Reads <c>row,t,user,item</c>: row numbers are order ids, t is in seconds, user and item are words.</summary>
internal static class RequestRows
{
    /// <summary>The last second taken: the end of the year 9999.</summary>
    public const long LastSecond = 253_402_300_799;

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="words">Gives the ids.</param>
    /// <param name="orderOffset">Added to the row number.</param>
    /// <param name="arrival">The request.</param>
    /// <returns>Null when it is good, else what is wrong with it.</returns>
    public static string? Read(ReadOnlySpan<byte> line, WordTable words, long orderOffset, out Arrival arrival)
    {
        arrival = default;
        if (!Fields.TryFour(line, out var row, out var second, out var user, out var item))
        {
            return $"{line.Count((byte)',') + 1} fields; row,t,user,item are 4";
        }

        if (!Fields.TryNumber(row, BookOptions.MaxId - orderOffset, out arrival.Order) || arrival.Order == 0)
        {
            return $"row '{Show(row)}' is no whole number from 1 to {BookOptions.MaxId - orderOffset}";
        }

        if (!Fields.TryNumber(second, LastSecond, out long seconds))
        {
            return $"t '{Show(second)}' is no time in whole seconds since 1970";
        }

        if (user.IsEmpty || item.IsEmpty)
        {
            return user.IsEmpty ? "user is empty" : "item is empty";
        }

        arrival.Order += orderOffset;
        arrival.AtMs = seconds * 1000;
        arrival.Buyer = words.IdOf(user);
        arrival.Item = words.IdOf(item);
        return null;
    }

    /// <summary>A field as a message shows it: not too long.</summary>
    internal static string Show(ReadOnlySpan<byte> field)
    {
        const int Longest = 40;
        return field.Length <= Longest ? Encoding.UTF8.GetString(field) : Encoding.UTF8.GetString(field[..Longest]) + "…";
    }
}
