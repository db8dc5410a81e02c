namespace Matching.Host.Traffic;

/// <summary>
/// Reads ISO 8601 times without making strings: <c>2019-10-01</c>, <c>2019-10-01 18</c>, <c>2019-10-01T18:30</c>, <c>2019-10-01
/// 18:30:05.123</c>, each but the first with <c>Z</c>, <c>UTC</c>, <c>GMT</c>, <c>+08:00</c>, <c>+0800</c> or <c>+08</c> behind it, or
/// nothing.
/// </summary>
internal static class IsoTime
{
    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time as it stands there.</param>
    /// <param name="offset">By how much that is ahead of UTC; null where no zone stands there.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTime time, out TimeSpan? offset)
    {
        (time, offset) = (default, null);
        if (!TryDigits(ref text, 4, out int year) || !TrySkip(ref text, '-') || !TryDigits(ref text, 2, out int month)
            || !TrySkip(ref text, '-') || !TryDigits(ref text, 2, out int day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        time = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        if (text.IsEmpty)
        {
            return true;
        }

        if ((!TrySkip(ref text, ' ') && !TrySkip(ref text, 'T')) || !TryTimeOfDay(ref text, out long ticks))
        {
            return false;
        }

        time = time.AddTicks(ticks);
        TrySkip(ref text, ' ');
        return text.IsEmpty || TryZone(text, out offset);
    }

    private static bool TryTimeOfDay(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        int minute = 0;
        int second = 0;
        if (!TryDigits(ref text, 2, out int hour)
            || (TrySkip(ref text, ':') && (!TryDigits(ref text, 2, out minute)
                || (TrySkip(ref text, ':') && (!TryDigits(ref text, 2, out second)
                    || (TrySkip(ref text, '.') && !TryFraction(ref text, out ticks)))))))
        {
            return false;
        }

        ticks += ((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond;
        return hour < 24 && minute < 60 && second < 60;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        int length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        length = length < 0 ? text.Length : length;
        for (int i = 0; i < 7; i++)
        {
            ticks = (ticks * 10) + (i < length ? text[i] - '0' : 0);
        }

        text = text[length..];
        return length > 0;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out TimeSpan? offset)
    {
        offset = TimeSpan.Zero;
        if (text.SequenceEqual("Z"u8) || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8))
        {
            return true;
        }

        bool west = TrySkip(ref text, '-');
        int minutes = 0;
        if ((!west && !TrySkip(ref text, '+')) || !TryDigits(ref text, 2, out int hours))
        {
            return false;
        }

        TrySkip(ref text, ':');
        if ((!text.IsEmpty && !TryDigits(ref text, 2, out minutes)) || !text.IsEmpty || hours > 14 || minutes > 59)
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0) * (west ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ref ReadOnlySpan<byte> text, int digits, out int number)
    {
        number = 0;
        bool are = text.Length >= digits && Fields.TryNumber(text[..digits], int.MaxValue, out long read) && (number = (int)read) >= 0;
        text = are ? text[digits..] : text;
        return are;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> text, char mark)
    {
        bool there = !text.IsEmpty && text[0] == (byte)mark;
        text = there ? text[1..] : text;
        return there;
    }
}
