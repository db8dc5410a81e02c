namespace Matching.Reports;

/// <summary>
/// A report. Rates are pairs of integers in two columns, <c>x_n</c> of <c>x_of</c>; <c>x_fen</c> is money in fen, <c>x_ms</c> a time that
/// something took in ms, <c>x_at</c> a moment in ms since 1970. Values are long, Int128 (a sum
/// that a long cannot hold), bool, string or null.
/// </summary>
/// <param name="Request">What was asked.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows, in the report's own order.</param>
public sealed record ReportTable(ReportRequest Request, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    /// <summary>As of which event: those before it are counted.</summary>
    public long Position { get; init; }

    /// <summary>The time of the latest event counted, ms since 1970.</summary>
    public long Now { get; init; }

    /// <summary>Events that were deleted before the facts took them in.</summary>
    public long MissingEvents { get; init; }

    /// <summary>Views of the window that are known to be lost (R22).</summary>
    public long LostViews { get; init; }

    internal ReportTable Beside(ReportTable before) => this with
    {
        Columns = ["window", .. Columns],
        Rows = [.. Rows.Select(row => (IReadOnlyList<object?>)["this", .. row]),
            .. before.Rows.Select(row => (IReadOnlyList<object?>)["previous", .. row])],
    };
}
