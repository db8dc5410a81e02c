using System.Globalization;
using Matching.Core;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// Checks all options at once, so that a wrong configuration is mended in one go. Each limit is a constant of the options it bounds, and is
/// named here: what passes is not refused again behind an opened directory.
/// </summary>
internal static class OptionsCheck
{
    private const long BytesOfOrder = 120;
    private const long BytesInLists = 100;

    /// <exception cref="ArgumentException">Lists every option that is wrong, with its value, range and rule.</exception>
    public static void Check(MatchingOptions options)
    {
        List<string> wrong = [.. Numbers(options).OfType<string>()];
        CheckMemory(wrong, options);
        if (options.SegmentBytes % 4096 != 0)
        {
            wrong.Add(Text($"SegmentBytes is {options.SegmentBytes}; it must be a multiple of 4096"));
        }

        if (!long.IsPow2(options.LedgerMemoryBytes))
        {
            wrong.Add(Text($"LedgerMemoryBytes is {options.LedgerMemoryBytes}; it must be a power of two"));
        }

        CheckPlace(wrong, options);
        options.Recording?.Check(wrong, options.DataDirectory);
        Present(wrong, nameof(options.TimeProvider), options.TimeProvider);
        Present(wrong, nameof(options.Invites), options.Invites);
        Present(wrong, nameof(options.Book), options.Book);
        Present(wrong, nameof(options.Control), options.Control);
        Present(wrong, nameof(options.Hosting), options.Hosting);
        wrong.AddRange(options.Book?.Faults().Select(fault => "Book." + fault) ?? []);
        wrong.AddRange(options.Control?.Faults().Select(fault => "Control." + fault) ?? []);
        wrong.AddRange(options.Hosting?.Faults().Select(fault => "Hosting." + fault) ?? []);
        if (wrong.Count > 0)
        {
            throw new ArgumentException("these options are wrong: " + string.Join("; ", wrong), nameof(options));
        }
    }

    private static IEnumerable<string?> Numbers(MatchingOptions options) =>
    [
        OptionRange.Fault(nameof(options.Shards), options.Shards, 0, MatchingOptions.MostShards),
        OptionRange.Fault(nameof(options.MaxRequestsInFlight), options.MaxRequestsInFlight, 1, MatchingOptions.MostRequestsInFlight),
        OptionRange.Fault(nameof(options.ExpectedOrders), options.ExpectedOrders, 0, MatchingOptions.MostExpectedOrders),
        OptionRange.Fault(nameof(options.SegmentBytes), options.SegmentBytes, options.LeastSegmentBytes, JournalOptions.MostSegmentBytes),
        OptionRange.Fault(nameof(options.MaxSubscriptionLag), options.MaxSubscriptionLag, 1, long.MaxValue),
        OptionRange.Fault(nameof(options.SnapshotBytes), options.SnapshotBytes, 0, MatchingOptions.MostSnapshotBytes),
        OptionRange.Fault(nameof(options.ViewLogBytes), options.ViewLogBytes, 1 << 20, MatchingOptions.MostSnapshotBytes),
        OptionRange.Fault(nameof(options.DiskReserveBytes), options.DiskReserveBytes, 0, long.MaxValue),
        options.ArchiveHorizon is { } horizon
            ? OptionRange.Fault(nameof(options.ArchiveHorizon), horizon, TimeSpan.Zero, MatchingOptions.MostDuration)
            : null,
        OptionRange.Fault(nameof(options.LedgerCheckpointEvents), options.LedgerCheckpointEvents, 1, long.MaxValue),
        OptionRange.Fault(nameof(options.ClosedInMemory), options.ClosedInMemory, 0, MatchingOptions.MostExpectedOrders),
        OptionRange.Fault(
            nameof(options.LedgerCheckpointInterval), options.LedgerCheckpointInterval, MatchingOptions.LeastDuration,
                MatchingOptions.MostDuration),
        OptionRange.Fault(nameof(options.MaxLedgerLag), options.MaxLedgerLag, 1, long.MaxValue),
        OptionRange.Fault(nameof(options.ExpectedEvictedOrders), options.ExpectedEvictedOrders, 1, MatchingOptions.MostExpectedOrders),
        OptionRange.Fault(
            nameof(options.LedgerMemoryBytes), options.LedgerMemoryBytes, LedgerOptions.LeastMemoryBytes, LedgerOptions.MostMemoryBytes),
        OptionRange.Fault(nameof(options.ClockStep), options.ClockStep, MatchingOptions.LeastDuration, MatchingOptions.MostDuration, "R43"),
        OptionRange.Fault(nameof(options.ClockLead), options.ClockLead, MatchingOptions.LeastDuration, MatchingOptions.MostDuration, "R43"),
    ];

    // A section that is missing, or mistyped, names no directory: to lose everything at the end must be said, not guessed.
    private static void CheckPlace(List<string> wrong, MatchingOptions options)
    {
        if (options.DataDirectory is null)
        {
            if (!options.InMemory && options.Journal is null)
            {
                wrong.Add(
                    "DataDirectory is not set, and nothing would survive the end of the process (R38); name a directory, in configuration as "
                    + "Matching:DataDirectory, or set InMemory to true to keep everything in memory");
            }

            if (options.ExistingOnly)
            {
                wrong.Add("ExistingOnly is set without a DataDirectory; nothing in memory exists before the start");
            }
        }
        else if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            wrong.Add("DataDirectory is blank; name a directory, or set InMemory to true to keep everything in memory");
        }
        else if (options.InMemory)
        {
            wrong.Add($"InMemory is set beside the DataDirectory '{options.DataDirectory}'; one of the two can be meant");
        }
    }

    // Linux gives out more than there is, and ends the process when it is written to.
    private static void CheckMemory(List<string> wrong, MatchingOptions options)
    {
        long bytes = Math.Clamp(options.ExpectedOrders, 0, MatchingOptions.MostExpectedOrders) * (
            options.Lists ? BytesOfOrder + BytesInLists : BytesOfOrder);
        long all = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > all)
        {
            wrong.Add(
                Text(
                $"ExpectedOrders is {options.ExpectedOrders}, for which some {bytes} bytes of memory are taken; this process may have {all}"));
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
