using System.Globalization;
using Matching.Core;

namespace Matching.Engine;

/// <summary>Checks all options at once, so that a wrong configuration is mended in one go.</summary>
internal static class OptionsCheck
{
    public const int MaxShards = 64;
    public const int MaxInFlight = 16_777_216;

    private const long MostExpectedOrders = 1_000_000_000;
    private const long BytesOfOrder = 120;
    private const long BytesInLists = 100;
    private const long MaxSegmentBytes = 1L << 30;
    private const int LargestTeam = 1_000;

    /// <exception cref="ArgumentException">Lists every option that is wrong, with its value and range.</exception>
    public static void Check(MatchingOptions options)
    {
        List<string> wrong = [];
        Range(wrong, nameof(options.Shards), options.Shards, 0, MaxShards);
        Range(wrong, nameof(options.MaxRequestsInFlight), options.MaxRequestsInFlight, 1, MaxInFlight);
        Range(wrong, nameof(options.ExpectedOrders), options.ExpectedOrders, 0, MostExpectedOrders);
        CheckMemory(wrong, options);
        Range(wrong, nameof(options.SegmentBytes), options.SegmentBytes, options.LeastSegmentBytes, MaxSegmentBytes);
        Range(wrong, nameof(options.MaxSubscriptionLag), options.MaxSubscriptionLag, 1, long.MaxValue);
        Range(wrong, nameof(options.SnapshotBytes), options.SnapshotBytes, 0, long.MaxValue);
        Range(wrong, nameof(options.DiskReserveBytes), options.DiskReserveBytes, 0, long.MaxValue);
        if (options.ArchiveHorizon is { } horizon && horizon < TimeSpan.Zero)
        {
            wrong.Add(Text($"ArchiveHorizon is {horizon}; it must be 0 or more, or null to keep everything"));
        }

        Range(wrong, nameof(options.LedgerCheckpointEvents), options.LedgerCheckpointEvents, 1, long.MaxValue);
        Range(wrong, nameof(options.MaxLedgerLag), options.MaxLedgerLag, 1, long.MaxValue);
        Range(wrong, nameof(options.ExpectedEvictedOrders), options.ExpectedEvictedOrders, 1, 1_000_000_000);
        Range(wrong, nameof(options.LedgerMemoryBytes), options.LedgerMemoryBytes, 1L << 20, 1L << 36);
        if (!long.IsPow2(options.LedgerMemoryBytes))
        {
            wrong.Add(Text($"LedgerMemoryBytes is {options.LedgerMemoryBytes}; it must be a power of two"));
        }

        Positive(wrong, nameof(options.LedgerCheckpointInterval), options.LedgerCheckpointInterval);
        if (options.SegmentBytes % 4096 != 0)
        {
            wrong.Add(Text($"SegmentBytes is {options.SegmentBytes}; it must be a multiple of 4096"));
        }

        if (options.DataDirectory is { } directory && string.IsNullOrWhiteSpace(directory))
        {
            wrong.Add("DataDirectory is blank; name a directory, or null to keep everything in memory");
        }

        if (options.ExistingOnly && options.DataDirectory is null)
        {
            wrong.Add("ExistingOnly is set without a DataDirectory; nothing in memory exists before the start");
        }

        options.Recording?.Check(wrong, options.DataDirectory);
        Positive(wrong, nameof(options.ClockStep), options.ClockStep);
        Positive(wrong, nameof(options.ClockLead), options.ClockLead);
        Present(wrong, nameof(options.TimeProvider), options.TimeProvider);
        Present(wrong, nameof(options.Book), options.Book);
        Present(wrong, nameof(options.Control), options.Control);
        if (options.Control?.Wrong() is { } limit)
        {
            wrong.Add("Control." + limit);
        }

        Present(wrong, nameof(options.Hosting), options.Hosting);
        if (options.Hosting is not null)
        {
            Check(wrong, options.Hosting);
        }

        if (options.Book is not null)
        {
            Check(wrong, options.Book);
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException("these options are wrong: " + string.Join("; ", wrong), nameof(options));
        }
    }

    // Linux gives out more than there is, and ends the process when it is written to.
    private static void CheckMemory(List<string> wrong, MatchingOptions options)
    {
        long bytes = Math.Clamp(options.ExpectedOrders, 0, MostExpectedOrders) * (options.Lists ? BytesOfOrder + BytesInLists : BytesOfOrder);
        long all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > all)
        {
            wrong.Add(Text($"ExpectedOrders is {options.ExpectedOrders}, for which some {bytes} bytes of memory are taken; this process may have {all}"));
        }
    }

    private static void Check(List<string> wrong, BookOptions book)
    {
        Range(wrong, "Book.MaxTeamSize (R1)", book.MaxTeamSize, 2, LargestTeam);
        Range(wrong, "Book.TeamSize (R1)", book.TeamSize, 2, Math.Max(2, book.MaxTeamSize));
        Range(wrong, "Book.TeamLifeMs (R3)", book.TeamLifeMs, 1, BookOptions.MaxExact);
        Range(wrong, "Book.HoldMs (R33)", book.HoldMs, 1, BookOptions.MaxExact);
    }

    private static void Check(List<string> wrong, MatchingHostingOptions hosting)
    {
        Range(wrong, "Hosting.LowDiskBytes", hosting.LowDiskBytes, 0, long.MaxValue);
        if (hosting.SampleEvery < TimeSpan.FromMilliseconds(100) || hosting.SampleEvery > TimeSpan.FromHours(1))
        {
            wrong.Add($"Hosting.SampleEvery is {hosting.SampleEvery}; it must be 100 ms … 1 h");
        }
    }

    private static void Range(List<string> wrong, string name, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            wrong.Add(Text($"{name} is {value}; it must be {least} … {most}"));
        }
    }

    private static void Positive(List<string> wrong, string name, TimeSpan value)
    {
        if (value <= TimeSpan.Zero)
        {
            wrong.Add(Text($"{name} is {value}; it must be above 0"));
        }
    }

    private static void Present(List<string> wrong, string name, object? value)
    {
        if (value is null)
        {
            wrong.Add($"{name} is null");
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
