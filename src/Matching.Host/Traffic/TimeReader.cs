using System.Globalization;
using System.Text;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>
/// Reads the times of one file. Where nothing was said, the first time decides for all: a number of up to 11 digits is seconds, of 12 to
/// 14 ms, of more millionths; and where it lies after March 1973, a later one before that is a line cut short. One thread at a time.
/// </summary>
/// <param name="format">How they are written.</param>
/// <param name="zone">The zone of times that name none; null for UTC. A local time that comes twice is the later one, one that is skipped
/// is as if it were not.</param>
/// <param name="leastSecond">The first second that can be meant, since 1970.</param>
internal sealed class TimeReader(TimeFormat format, TimeZoneInfo? zone, long leastSecond = 0)
{
    /// <summary>The last second taken: the end of the year 9999.</summary>
    public const long LastSecond = 253_402_300_799;

    // March 1973.
    private const long PlausibleSecond = 100_000_000;
    private const int LongestText = 64;

    private static readonly long QuarterHour = TimeSpan.FromMinutes(15).Ticks;

    private readonly bool _namesZone = format.Custom is { } custom && (custom.Contains('z') || custom.Contains('K'));
    private TimeKind _kind = zone is not null && format.IsNumber ? throw NoZone() : format.Kind;
    private long _least = leastSecond;
    private long _quarter = -1;
    private TimeSpan _offset;

    /// <summary>What a time should be, for a message.</summary>
    public string Wanted => _kind switch
    {
        TimeKind.Seconds => "seconds since 1970" + AtLeast(1),
        TimeKind.Milliseconds => "ms since 1970" + AtLeast(1_000),
        TimeKind.Microseconds => "millionths of a second since 1970" + AtLeast(1_000_000),
        TimeKind.Iso => "an ISO time such as 2019-10-01 00:00:00",
        TimeKind.Custom => $"a time '{format.Custom}'",
        _ => "a time in seconds or ms since 1970 or an ISO one; --time says how times are written",
    };

    /// <summary>Reads a time.</summary>
    /// <param name="field">The field.</param>
    /// <param name="ms">Ms since 1970.</param>
    /// <returns>False where it is none, or lies before 1970 or after 9999.</returns>
    public bool TryRead(ReadOnlySpan<byte> field, out long ms)
    {
        if (_kind == TimeKind.Auto && !TryTell(field))
        {
            ms = 0;
            return false;
        }

        return _kind switch
        {
            TimeKind.Seconds => TryEpoch(field, 1, out ms),
            TimeKind.Milliseconds => TryEpoch(field, 1_000, out ms),
            TimeKind.Microseconds => TryEpoch(field, 1_000_000, out ms),
            TimeKind.Iso => IsoTime.TryRead(field, out DateTime time, out TimeSpan? offset) & IsTaken(time, offset, out ms),
            _ => TryCustom(field, out ms),
        };
    }

    private string AtLeast(long perSecond) =>
        _least > 0 ? string.Create(CultureInfo.InvariantCulture, $", {_least * perSecond} or more") : "";

    private static UsageException NoZone() => new("--zone says nothing to times that are numbers: they are counted from 1970 in UTC");

    private bool TryTell(ReadOnlySpan<byte> field)
    {
        if (IsoTime.TryRead(field, out _, out _))
        {
            _kind = TimeKind.Iso;
            return true;
        }

        int dot = field.IndexOf((byte)'.');
        int digits = dot < 0 ? field.Length : dot;
        if (!Fields.IsDigits(field[..digits]) || IsCompactDate(field))
        {
            return false;
        }

        if (zone is not null)
        {
            throw NoZone();
        }

        (_kind, long perSecond) = digits switch
        {
            <= 11 => (TimeKind.Seconds, 1L),
            <= 14 => (TimeKind.Milliseconds, 1_000),
            _ => (TimeKind.Microseconds, 1_000_000),
        };
        bool isPlausible = Fields.TryNumber(field[..digits], long.MaxValue, out long first) && first >= PlausibleSecond * perSecond;
        _least = isPlausible ? PlausibleSecond : 0;
        return true;
    }

    // 20191001 is a day, not a second of August 1970.
    private static bool IsCompactDate(ReadOnlySpan<byte> field)
    {
        const int FirstYear = 1990;
        const int LastYear = 2100;
        return field.Length is 8 or 12 or 14
            && Fields.TryNumber(field[..4], LastYear, out long year) && year >= FirstYear
            && Fields.TryNumber(field[4..6], 12, out long month) && month >= 1
            && Fields.TryNumber(field[6..8], 31, out long day) && day >= 1;
    }

    private bool TryEpoch(ReadOnlySpan<byte> field, long perSecond, out long ms)
    {
        long fraction = 0;
        int dot = field.Length > 2 ? field.IndexOf((byte)'.') : -1;
        ms = 0;
        if (dot > 0)
        {
            // Some programs write every number with a fraction. What is finer than a ms is left off.
            ReadOnlySpan<byte> digits = field[(dot + 1)..];
            if (!Fields.IsDigits(digits))
            {
                return false;
            }

            for (int i = 0; i < 3; i++)
            {
                fraction = (fraction * 10) + (i < digits.Length ? digits[i] - '0' : 0);
            }

            field = field[..dot];
        }

        if (!Fields.TryNumber(field, (LastSecond * perSecond) + perSecond - 1, out long number) || number < _least * perSecond)
        {
            return false;
        }

        ms = perSecond == 1 ? (number * 1000) + fraction : number / (perSecond / 1000);
        return true;
    }

    private bool TryCustom(ReadOnlySpan<byte> field, out long ms)
    {
        ms = 0;
        Span<char> chars = stackalloc char[LongestText];
        if (field.Length > LongestText || !Encoding.UTF8.TryGetChars(field, chars, out int length))
        {
            return false;
        }

        if (!_namesZone)
        {
            return DateTime.TryParseExact(
                chars[..length], format.Custom, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
                && IsTaken(time, null, out ms);
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal;
        return DateTimeOffset.TryParseExact(chars[..length], format.Custom, CultureInfo.InvariantCulture, Styles, out DateTimeOffset exact)
            && IsTaken(exact.DateTime, exact.Offset, out ms);
    }

    private bool IsTaken(DateTime time, TimeSpan? offset, out long ms)
    {
        long ticks = time.Ticks - (offset ?? OffsetOf(time)).Ticks - DateTime.UnixEpoch.Ticks;
        ms = ticks / TimeSpan.TicksPerMillisecond;
        return ticks >= 0 && ms <= (LastSecond * 1000) + 999;
    }

    // Zones change their offset on a quarter of an hour, so one look serves all times of it.
    private TimeSpan OffsetOf(DateTime local)
    {
        if (zone is not null && local.Ticks / QuarterHour != _quarter)
        {
            _quarter = local.Ticks / QuarterHour;
            _offset = zone.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified));
        }

        return _offset;
    }
}
