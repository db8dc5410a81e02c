using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;

namespace Matching.Reports;

/// <summary>The reports (R22–R24): each a text of SQL over the facts.</summary>
public static class Report
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["daily", "funnel", "channels", "buyers", "cohorts", "items", "refunds", "merchants"];

    /// <summary>Makes a report of what the facts hold. What was taken in and not committed is committed first.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="request">What is asked.</param>
    /// <exception cref="ArgumentException">Of a report or field; the message says what is allowed.</exception>
    public static ReportTable Run(this Facts facts, ReportRequest request)
    {
        ArgumentNullException.ThrowIfNull(facts);
        Check(request);
        facts.Commit();
        LoadSpend(facts, request.SpendFile);
        ReportTable table = Read(facts, request);
        if (request.Previous)
        {
            int days = request.To.DayNumber - request.From.DayNumber;
            ReportTable before = Read(facts, request with { From = request.From.AddDays(-days), To = request.From });
            table = table.Beside(before);
        }

        return table with { Position = facts.Position, Now = facts.LatestMs, MissingEvents = facts.Missing, LostViews = LostViews(facts) };
    }

    /// <summary>Writes a report as a Parquet file: its columns and rows alone.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="request">What is asked, without <see cref="ReportRequest.Previous"/>.</param>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <exception cref="ArgumentException">Of a report or field; the message says what is allowed.</exception>
    public static void WriteParquet(this Facts facts, ReportRequest request, string path)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(path);
        Check(request);
        if (request.Previous)
        {
            throw new ArgumentException("a Parquet file holds one window: ask for the previous one in a file of its own", nameof(request));
        }

        facts.Commit();
        LoadSpend(facts, request.SpendFile);
        SetVariables(facts, request);
        facts.Execute($"COPY ({TextOf(request)}\n) TO '{path.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet)");
    }

    internal static string TextOf(string name)
    {
        using Stream stream = typeof(Report).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What a report may be asked for by row.</summary>
    internal static IReadOnlyList<string> PerOf(string name) => name switch
    {
        "funnel" => ["", "period", "item", "campaign", "merchant"],
        "buyers" => ["", "buyer", "tier"],
        _ => [""],
    };

    internal static void SetVariables(Facts facts, ReportRequest request)
    {
        long zone = (long)request.Zone.TotalMilliseconds;
        // Others are what one merchant is scored among, so the radar counts all and shows his.
        string only = request.Merchant?.ToString(CultureInfo.InvariantCulture) ?? "NULL";
        string merchant = request.Name is "merchants" ? "NULL" : only;
        facts.Execute(string.Create(CultureInfo.InvariantCulture, $"""
            SET VARIABLE zone_ms = CAST({zone} AS BIGINT);
            SET VARIABLE from_ms = CAST({MsOf(request.From) - zone} AS BIGINT);
            SET VARIABLE to_ms = CAST({MsOf(request.To) - zone} AS BIGINT);
            SET VARIABLE from_day = DATE '{request.From:yyyy-MM-dd}';
            SET VARIABLE to_day = DATE '{request.To:yyyy-MM-dd}';
            SET VARIABLE today = DATE '1970-01-01' + CAST({(facts.LatestMs + zone) / 86_400_000} + 1 AS INTEGER);
            SET VARIABLE merchant = CAST({merchant} AS BIGINT);
            SET VARIABLE shown = CAST({only} AS BIGINT);
            SET VARIABLE length = '{request.By.ToString().ToLowerInvariant()}';
            SET VARIABLE per = '{request.Per}';
            SET VARIABLE gap = {request.GapDays};
            """));
    }

    private static void Check(ReportRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Problem is { } problem)
        {
            throw new ArgumentException(problem, nameof(request));
        }
    }

    private static string TextOf(ReportRequest request) => TextOf(request switch
    {
        { Name: "buyers", Per: "tier" } => "buyers-tier",
        { Name: "buyers", Per: "buyer" } => "buyers-each",
        _ => request.Name,
    });

    private static ReportTable Read(Facts facts, ReportRequest request)
    {
        SetVariables(facts, request);
        using DuckDBCommand command = facts.Connection.CreateCommand();
#pragma warning disable CA2100 // the reports' own texts
        command.CommandText = TextOf(request);
#pragma warning restore CA2100
        using DuckDBDataReader reader = command.ExecuteReader();
        string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        List<IReadOnlyList<object?>> rows = [];
        while (reader.Read())
        {
            object?[] row = new object?[columns.Length];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            }

            rows.Add(row);
        }

        return new ReportTable(request, columns, rows);
    }

    private static object Plain(object value) => value switch
    {
        int number => (long)number,
        BigInteger sum when sum >= long.MinValue && sum <= long.MaxValue => (long)sum,
        BigInteger sum => (Int128)sum,
        _ => value,
    };

    private static void LoadSpend(Facts facts, string? file)
    {
        facts.Execute("DELETE FROM spend");
        if (file is null)
        {
            return;
        }

        try
        {
            using DuckDBCommand command = facts.Connection.CreateCommand();
            command.CommandText = "INSERT INTO spend SELECT day, merchant, fen FROM read_csv($file, header = true, "
                + "columns = {'day': 'DATE', 'merchant': 'BIGINT', 'fen': 'BIGINT'})";
            command.Parameters.Add(new DuckDBParameter("file", file));
            command.ExecuteNonQuery();
        }
        catch (DuckDBException e)
        {
            throw new InvalidDataException($"{file} is no table of day, merchant and fen: {e.Message}", e);
        }
    }

    private static long LostViews(Facts facts)
    {
        using DuckDBCommand command = facts.Connection.CreateCommand();
        command.CommandText = "SELECT CAST(coalesce(sum(views), 0) AS BIGINT) FROM lost_views WHERE in_window(ms)";
        return (long)command.ExecuteScalar()!;
    }

    private static long MsOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
