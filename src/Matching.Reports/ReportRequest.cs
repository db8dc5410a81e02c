namespace Matching.Reports;

/// <summary>What is asked of a report. Days are days of the shop's zone; the window is [<see cref="From"/>, <see cref="To"/>).</summary>
/// <param name="Name">One of <see cref="Report.Names"/>.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The day behind the last; what was bought in the 365 days before it makes a buyer's tier (R24).</param>
public sealed record ReportRequest(string Name, DateOnly From, DateOnly To)
{
    /// <summary>The merchant whose orders, views and items count; null for all.</summary>
    public long? Merchant { get; init; }

    /// <summary>daily, buyers, funnel per period: the length of a period. Weeks begin on Monday.</summary>
    public ReportPeriod By { get; init; }

    /// <summary>
    /// funnel: a row for each <c>period</c>, <c>item</c>, <c>campaign</c> or <c>merchant</c>. buyers: for each <c>buyer</c>, or <c>tier</c>
    /// and segment. Empty for the report as it is.
    /// </summary>
    public string Per { get; init; } = "";

    /// <summary>The same of the window before it, as long as this one, stands beside, marked in a first column.</summary>
    public bool Previous { get; init; }

    /// <summary>Days without an order after which a buyer is lost, or won back by the next one, 1 … 3650 (R24).</summary>
    public int GapDays { get; init; } = 30;

    /// <summary>The shop's zone: how far it is ahead of UTC, −14 h … 14 h; the same all year. Asia/Shanghai when nothing is said.</summary>
    public TimeSpan Zone { get; init; } = TimeSpan.FromHours(8);

    /// <summary>daily, merchants: advertising spend, a CSV file with the columns day, merchant and fen; null for none.</summary>
    public string? SpendFile { get; init; }

    /// <summary>What is wrong with it, with field and value; null for a good one.</summary>
    public string? Problem => !Report.Names.Contains(Name, StringComparer.Ordinal)
        ? $"there is no report '{Name}'; there are {string.Join(", ", Report.Names)}"
        : To <= From ? $"to is {To:yyyy-MM-dd}; it must be later than from, {From:yyyy-MM-dd} (R22)"
        : To.DayNumber - From.DayNumber > 3660 ? $"from {From:yyyy-MM-dd} to {To:yyyy-MM-dd} are more than ten years (R22)"
        : From.Year < 1970 ? $"from is {From:yyyy-MM-dd}; time begins in 1970 (R22)"
        : !Report.PerOf(Name).Contains(Per, StringComparer.Ordinal)
            ? $"per is '{Per}'; {Name} takes {string.Join(", ", Report.PerOf(Name).Select(per => per.Length == 0 ? "nothing" : per))} (R22)"
        : GapDays is < 1 or > 3650 ? $"gap is {GapDays}; it must be from 1 to 3650 days (R24)"
        : Zone.Duration() > TimeSpan.FromHours(14) ? $"zone is {Zone}; it must be within 14 h of UTC (R22)"
        : Merchant < 1 ? $"merchant is {Merchant}; an id is 1 or more (R45)"
        : null;
}

/// <summary>How long a period is.</summary>
public enum ReportPeriod
{
    /// <summary>A day.</summary>
    Day,

    /// <summary>A week from Monday on.</summary>
    Week,

    /// <summary>A month of the calendar.</summary>
    Month,
}
