using System.Text.Json.Serialization;

namespace Matching.Core.Campaigns;

/// <summary>
/// When a venue runs (R20): every week on one day, or once.
/// <para>
/// The time zone is a fixed offset from UTC in minutes, default +480 (Asia/Shanghai, which has known no other offset since 1991), and
/// not a zone's name: a name means what the machine's time-zone files say today, and a replayed journal must come to the same windows
/// on every machine and in every year. A storefront in a zone with summer time sets the venue anew when its offset changes.
/// </para>
/// </summary>
public sealed record VenuePlan
{
    private const long MinuteMs = 60_000;
    private const long DayMs = 1440 * MinuteMs;
    private const long WeekMs = 7 * DayMs;

    /// <summary>Asia/Shanghai.</summary>
    public const int ShanghaiOffsetMinutes = 480;

    /// <summary>Every week, or once.</summary>
    public bool Weekly { get; init; }

    /// <summary>Weekly: the day on which it starts, at the venue's own time.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DayOfWeek>))]
    public DayOfWeek Day { get; init; }

    /// <summary>Weekly: the minute of that day at which it starts, 0 … 1,439.</summary>
    public int StartMinute { get; init; }

    /// <summary>Weekly: how long it runs, 1 … 10,080 minutes; it may run past midnight.</summary>
    public int LengthMinutes { get; init; }

    /// <summary>Weekly: the venue's time minus UTC, −840 … 840 minutes.</summary>
    public int UtcOffsetMinutes { get; init; } = ShanghaiOffsetMinutes;

    /// <summary>Once: it runs in [<see cref="StartMs"/>, <see cref="EndMs"/>), ms since 1970.</summary>
    public long StartMs { get; init; }

    /// <summary>Once: its end, ms since 1970.</summary>
    public long EndMs { get; init; }

    /// <summary>Every week on a day, the whole day or a part of it.</summary>
    /// <param name="day">At the venue's own time.</param>
    /// <param name="startMinute">0 … 1,439.</param>
    /// <param name="lengthMinutes">1 … 10,080.</param>
    /// <param name="utcOffsetMinutes">−840 … 840.</param>
    public static VenuePlan EveryWeek(
        DayOfWeek day, int startMinute = 0, int lengthMinutes = 1440, int utcOffsetMinutes = ShanghaiOffsetMinutes) => new()
        {
            Weekly = true,
            Day = day,
            StartMinute = startMinute,
            LengthMinutes = lengthMinutes,
            UtcOffsetMinutes = utcOffsetMinutes,
        };

    /// <summary>Once, in [start, end), ms since 1970.</summary>
    public static VenuePlan Once(long startMs, long endMs) => new() { StartMs = startMs, EndMs = endMs };

    /// <summary>The window that runs at an instant or, where none does, the next one; null when there will be none.</summary>
    public VenueWindow? WindowAt(long atMs)
    {
        if (!Weekly)
        {
            return atMs < EndMs ? new VenueWindow(StartMs, EndMs) : null;
        }

        // 1 January 1970 was a Thursday.
        long firstMs = ((((int)Day - 4 + 7) % 7) * DayMs) + (StartMinute * MinuteMs) - (UtcOffsetMinutes * MinuteMs);
        long sinceMs = atMs - firstMs;
        long intoWeekMs = ((sinceMs % WeekMs) + WeekMs) % WeekMs;
        long startMs = atMs - intoWeekMs;
        long lengthMs = LengthMinutes * MinuteMs;
        startMs += intoWeekMs < lengthMs ? 0 : WeekMs;
        return new VenueWindow(startMs, startMs + lengthMs);
    }

    /// <summary>Whether the venue runs at an instant.</summary>
    public bool RunsAt(long atMs) => WindowAt(atMs) is { } window && window.StartMs <= atMs;

    /// <summary>Checks the ranges above.</summary>
    internal Refusal? Check() =>
        !Weekly && StartMs is < 0 or > BookOptions.MaxExact
            ? Refusal.Bad(20, $"startMs is {StartMs}; 0 … {BookOptions.MaxExact} are allowed (R20)")
        : !Weekly && (EndMs <= StartMs || EndMs > BookOptions.MaxExact)
            ? Refusal.Bad(20, $"endMs is {EndMs}; it must come after startMs {StartMs} (R20)")
        : !Weekly ? null
        : !Enum.IsDefined(Day) ? Refusal.Bad(20, $"day is {(int)Day}; 0 (Sunday) … 6 are allowed (R20)")
        : StartMinute is < 0 or > 1439 ? Refusal.Bad(20, $"startMinute is {StartMinute}; 0 … 1,439 are allowed (R20)")
        : LengthMinutes is < 1 or > 10_080 ? Refusal.Bad(20, $"lengthMinutes is {LengthMinutes}; 1 … 10,080 are allowed (R20)")
        : UtcOffsetMinutes is < -840 or > 840 ? Refusal.Bad(20, $"utcOffsetMinutes is {UtcOffsetMinutes}; -840 … 840 are allowed (R20)")
        : null;
}

/// <summary>When a venue runs: [<paramref name="StartMs"/>, <paramref name="EndMs"/>), ms since 1970.</summary>
/// <param name="StartMs">Its start.</param>
/// <param name="EndMs">Its end.</param>
public readonly record struct VenueWindow(long StartMs, long EndMs);
