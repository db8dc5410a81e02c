namespace Matching.Host.Traffic;

/// <summary>Walks the fields of a line. No quoting: none of the recorded sets has it, and words are taken byte for byte.</summary>
internal ref struct Fields(ReadOnlySpan<byte> line, byte separator)
{
    private ReadOnlySpan<byte> _rest = line;
    private bool _ended;

    /// <summary>All digits, and at least one.</summary>
    public static bool IsDigits(ReadOnlySpan<byte> field) => !field.IsEmpty && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Reads digits alone, no sign, no blank.</summary>
    /// <returns>False where there is anything else or the number is above <paramref name="highest"/>.</returns>
    public static bool TryNumber(ReadOnlySpan<byte> field, long highest, out long number)
    {
        number = 0;
        if (field.IsEmpty || field.Length > 19)
        {
            return false;
        }

        ulong read = 0;
        foreach (byte b in field)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            read = (read * 10) + digit;
        }

        number = (long)read;
        return read <= (ulong)highest;
    }

    /// <summary>The next field.</summary>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        if (_ended)
        {
            field = default;
            return false;
        }

        int end = _rest.IndexOf(separator);
        _ended = end < 0;
        field = _ended ? _rest : _rest[..end];
        _rest = _ended ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes exactly four fields.</summary>
    public static bool TryFour(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> a, out ReadOnlySpan<byte> b, out ReadOnlySpan<byte> c, out ReadOnlySpan<byte> d)
    {
        var fields = new Fields(line, (byte)',');
        b = c = d = default;
        return fields.TryNext(out a) && fields.TryNext(out b) && fields.TryNext(out c) && fields.TryNext(out d) && !fields.TryNext(out _);
    }
}
