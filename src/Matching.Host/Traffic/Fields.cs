using System.Globalization;
using System.Text;

namespace Matching.Host.Traffic;

/// <summary>
/// Walks the fields of a record. Words are taken byte for byte. Where quotes count (RFC 4180), a field that begins with one ends at the
/// next single one, and two inside it stand for one; a quote further inside a field is an ordinary byte.
/// </summary>
internal ref struct Fields
{
    private readonly ReadOnlySpan<byte> _delimiter;
    private readonly Span<byte> _scratch;
    private readonly int _length;
    private ReadOnlySpan<byte> _rest;
    private bool _ended;

    /// <summary>Fields without quotes.</summary>
    public Fields(ReadOnlySpan<byte> record, ReadOnlySpan<byte> delimiter)
        : this(record, delimiter, default)
    {
    }

    /// <summary>Fields that may be quoted.</summary>
    /// <param name="record">The record, without its end.</param>
    /// <param name="delimiter">What parts fields: one byte or more.</param>
    /// <param name="scratch">As long as the record at least: fields with doubled quotes are put right there. Empty where quotes do not
    /// count.</param>
    public Fields(ReadOnlySpan<byte> record, ReadOnlySpan<byte> delimiter, Span<byte> scratch)
    {
        _rest = record;
        _delimiter = delimiter;
        _scratch = scratch;
        _length = record.Length;
    }

    /// <summary>What is wrong with the quotes of the field read last, or of the one that could not be read; null for nothing.</summary>
    public string? Wrong { get; private set; }

    /// <summary>A quoted field was begun and the record ended within it.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>All digits, and at least one.</summary>
    public static bool IsDigits(ReadOnlySpan<byte> field) => !field.IsEmpty && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Reads digits alone, no sign, no blank.</summary>
    /// <returns>False where there is anything else or the number is above <paramref name="highest"/>.</returns>
    public static bool TryNumber(ReadOnlySpan<byte> field, long highest, out long number)
    {
        // 19 digits fit into 64 bits without a sign, so nothing wraps before the comparison.
        const int MostDigits = 19;
        number = 0;
        if (field.IsEmpty || field.Length > MostDigits)
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte b in field)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            sum = (sum * 10) + digit;
        }

        number = (long)sum;
        return sum <= (ulong)highest;
    }

    /// <summary>A field as a message shows it: not too long, and no byte in it moves the cursor of a terminal.</summary>
    public static string Show(ReadOnlySpan<byte> field, int longest = 40) =>
        Printable(Encoding.UTF8.GetString(field[..Math.Min(field.Length, longest)]) + (field.Length > longest ? "…" : ""));

    /// <summary>A text whose control characters are written out.</summary>
    public static string Printable(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}") : c.ToString()))
        : text;

    /// <summary>The next field.</summary>
    /// <returns>False behind the last one, and where its quotes are wrong.</returns>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        field = default;
        if (_ended)
        {
            return false;
        }

        if (!_scratch.IsEmpty && !_rest.IsEmpty && _rest[0] == (byte)'"')
        {
            return TryQuoted(out field);
        }

        int end = _delimiter.Length == 1 ? _rest.IndexOf(_delimiter[0]) : _rest.IndexOf(_delimiter);
        _ended = end < 0;
        field = _ended ? _rest : _rest[..end];
        _rest = _ended ? default : _rest[(end + _delimiter.Length)..];
        return true;
    }

    private bool TryQuoted(out ReadOnlySpan<byte> field)
    {
        // Each field has its own place in the scratch: the one at which it stands in the record.
        Span<byte> to = _scratch[(_length - _rest.Length)..];
        int used = 0;
        field = default;
        ReadOnlySpan<byte> rest = _rest[1..];
        while (true)
        {
            int quote = rest.IndexOf((byte)'"');
            if (quote < 0)
            {
                (_ended, IsOpen, Wrong) = (true, true, "a quote is opened and not closed");
                return false;
            }

            rest[..quote].CopyTo(to[used..]);
            used += quote;
            rest = rest[(quote + 1)..];
            if (rest.IsEmpty || rest[0] != (byte)'"')
            {
                break;
            }

            to[used++] = (byte)'"';
            rest = rest[1..];
        }

        field = to[..used];
        _ended = rest.IsEmpty;
        if (!_ended && !rest.StartsWith(_delimiter))
        {
            (_ended, Wrong) = (true, "something stands behind a closing quote");
            return false;
        }

        _rest = _ended ? default : rest[_delimiter.Length..];
        return true;
    }
}
