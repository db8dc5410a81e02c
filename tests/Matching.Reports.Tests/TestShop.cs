using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Reports.Tests;

/// <summary>An engine on a manual clock in a folder of its own, and its reports, live and read without it.</summary>
internal sealed class TestShop : IAsyncDisposable
{
    public const long Hour = 3_600_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("matching-reports").FullName;
    private long _request;

    public MatchingEngine Engine { get; private set; } = null!;

    public LiveReports Live { get; private set; } = null!;

    public string Data => Path.Combine(_folder, "data");

    public string FactsFile => Path.Combine(_folder, "facts.duckdb");

    public static async Task<TestShop> OpenAsync(int teamSize = 2)
    {
        var shop = new TestShop();
        await shop.StartAsync(teamSize);
        return shop;
    }

    /// <summary>Midnight of a day in Shanghai, in ms since 1970.</summary>
    public static long Midnight(string day) =>
        new DateTimeOffset(Day(day), TimeOnly.MinValue, TimeSpan.FromHours(8)).ToUnixTimeMilliseconds();

    public static DateOnly Day(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

    public static ReportRequest Ask(string name, string from, string to) => new(name, Day(from), Day(to));

    public async Task StartAsync(int teamSize = 2)
    {
        Engine = await MatchingEngine.OpenAsync(new MatchingOptions
        {
            DataDirectory = Data,
            ManualClock = true,
            Shards = 1,
            Book = new BookOptions { TeamSize = teamSize },
        });
        Live = await LiveReports.FollowAsync(Engine, FactsFile, Data);
    }

    public async Task StopAsync()
    {
        await Live.DisposeAsync();
        await Engine.DisposeAsync();
    }

    public async Task<Answer> DoAsync(Command command)
    {
        Answer answer = await Engine.ExecuteAsync(command);
        Assert.True(answer.Ok, $"{command.Operation} of order {command.Order}: {answer.Outcome}");
        return answer;
    }

    public async Task SetItemAsync(long item, long merchant, long at)
    {
        ControlAnswer answer = await Engine.ControlAsync(new ControlCommand
        {
            Operation = ControlOperation.SetItem,
            Request = ++_request,
            Item = item,
            Merchant = merchant,
            Category = "shoes",
            At = at,
        });
        Assert.True(answer.Ok, answer.Outcome.ToString());
    }

    /// <summary>A report of the running engine, and that of one read without it, which says the same.</summary>
    public async Task<ReportTable> RunAsync(ReportRequest request)
    {
        await Engine.ViewsWrittenAsync();
        ReportTable live = await Live.RunAsync(request);
        using var facts = Facts.Open(null);
        facts.CatchUp(ReadOnlyJournal.Open(Data));
        facts.ReadViews(Data);
        ReportTable read = facts.Run(request);
        Assert.Equal(live.Position, read.Position);
        Assert.Equal(live.Columns, read.Columns);
        Assert.Equal(live.Rows.Select(row => string.Join(' ', row)), read.Rows.Select(row => string.Join(' ', row)));
        return live;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

internal static class Tables
{
    /// <summary>Some columns of a report, each row in one text.</summary>
    public static string[] Of(this ReportTable table, params string[] columns)
    {
        int[] places = [.. columns.Select(column =>
        {
            int place = table.Columns.ToList().IndexOf(column);
            Assert.True(place >= 0, $"no column {column} among {string.Join(' ', table.Columns)}");
            return place;
        })];
        return [.. table.Rows.Select(row => string.Join(' ', places.Select(place => row[place] ?? "-")))];
    }

    /// <summary>Waits until every view noted is in the log: it is written behind the call.</summary>
    public static async Task ViewsWrittenAsync(this MatchingEngine engine)
    {
        while (engine.Views.Written < engine.Views.Noted)
        {
            await Task.Yield();
        }
    }
}
