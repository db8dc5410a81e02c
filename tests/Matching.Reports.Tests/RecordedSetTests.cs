using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using DuckDB.NET.Data;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Tests.Replay;

namespace Matching.Reports.Tests;

/// <summary>
/// What reports say of recorded traffic: the figures written down beside it, and the same counted a second time by plain SQL over the files
/// themselves, which knows nothing of engine, journal or facts.
/// </summary>
public sealed class RecordedSetTests
{
    private const int BatchLength = 4096;

    [RecordedTheory]
    [InlineData("taobao_10k")]
    public async Task R22_R24_Days_and_quadrants_of_taobao(string set)
    {
        string[] days =
        [
            "2017-11-24 4 4 0 0", "2017-11-25 983 69 20 13", "2017-11-26 728 78 14 11", "2017-11-27 697 67 18 11", "2017-11-28 1000 73 19 16",
            "2017-11-29 914 81 23 12", "2017-11-30 931 75 15 12", "2017-12-01 1053 81 33 22", "2017-12-02 1426 110 35 25",
            "2017-12-03 1310 105 29 20",
        ];
        await using TestShop shop = await TestShop.OpenAsync();
        using var files = new SqlOverFiles(set, "UserBehavior.csv");
        string raw = $"read_csv('{files.Path}', header = false, names = ['buyer', 'thing', 'item', 'what', 'sec'])";
        foreach (long[] row in files.Read($"SELECT item, buyer, sec * 1000 FROM {raw} WHERE what = 'pv' ORDER BY sec"))
        {
            Assert.True(await shop.Engine.ViewAsync(new View(row[0], row[1]) { At = row[2] }));
        }

        await SendAsync(shop.Engine, files.Read($"SELECT item, buyer, 0, sec * 1000 FROM {raw} WHERE what = 'buy' ORDER BY sec"));
        ReportTable daily = await shop.RunAsync(TestShop.Ask("daily", "2017-11-24", "2017-12-04"));
        Assert.Equal(days, daily.Of("period", "views", "viewers", "solo_orders", "conversion_n"));
        Assert.Equal(days, files.Text($"""
            SELECT concat_ws(' ', CAST(DATE '1970-01-01' + CAST((sec + 28800) // 86400 AS INTEGER) AS VARCHAR), count(*) FILTER (what = 'pv'),
                count(DISTINCT buyer) FILTER (what = 'pv'), count(*) FILTER (what = 'buy'), count(DISTINCT buyer) FILTER (what = 'buy')) AS line
            FROM {raw} GROUP BY (sec + 28800) // 86400 ORDER BY line
            """));

        ReportTable items = await shop.RunAsync(TestShop.Ask("items", "2017-11-24", "2017-12-04"));
        Assert.Equal("1045 2540 134", items.Of("viewed_items", "all_viewers", "all_buyers")[0]);
        Assert.Equal(
            ["highHigh 59", "highLow 145", "lowHigh 47", "lowLow 794"],
            items.Of("quadrant").Where(q => q != "notViewed").GroupBy(q => q).Select(g => $"{g.Key} {g.Count()}").Order());
        Assert.Equal(42, items.Of("unseen_buyers").Count(unseen => unseen != "0"));
    }

    [AllSetsFact]
    public async Task R24_Buyers_of_completejourney()
    {
        await using TestShop shop = await TestShop.OpenAsync();
        using var files = new SqlOverFiles("completejourney_75k", "transactions_sample.csv");
        await SendAsync(shop.Engine, files.Read($"""
            SELECT product_id, household_id, CAST(round(CAST(sales_value AS DECIMAL(18, 4)) * 100) AS BIGINT), transaction_timestamp * 1000
            FROM read_csv('{files.Path}') ORDER BY transaction_timestamp
            """));
        ReportRequest request = TestShop.Ask("buyers", "2017-01-01", "2018-01-01");
        ReportTable each = await shop.RunAsync(request with { Per = "buyer" });
        Assert.Equal(2377, each.Rows.Count);
        Assert.Equal(74778, Sum(each, "orders"));
        Assert.Equal(23319804, Sum(each, "net_fen"));
        Assert.Equal("1=242 2=497 3=552 4=556 5=530", Histogram(each, "tier"));
        Assert.Equal("1=479 2=473 3=491 4=488 5=446", Histogram(each, "r"));
        Assert.Equal("1=505 2=478 3=448 4=485 5=461", Histogram(each, "f"));
        Assert.Equal("1=476 2=476 3=475 4=475 5=475", Histogram(each, "m"));
        ReportTable tiers = await shop.RunAsync(request with { Per = "tier" });
        Assert.Equal(
            [
                "False False False 1033", "False False True 70", "False True False 52", "False True True 288", "True False False 290",
                "True False True 38", "True True False 52", "True True True 554",
            ],
            tiers.Of("recent", "frequent", "big").Zip(tiers.Of("buyers"))
                .GroupBy(row => row.First)
                .Select(group => $"{group.Key} {group.Sum(row => long.Parse(row.Second, CultureInfo.InvariantCulture))}").Order());
        ReportTable months = await shop.RunAsync(request with { By = ReportPeriod.Month });
        Assert.Equal(
            [
                "2017-01-01 1497 0 0 0", "2017-02-01 299 1028 170 417", "2017-03-01 185 1025 325 524", "2017-04-01 81 996 410 524",
                "2017-05-01 97 1007 463 495", "2017-06-01 53 1027 432 525", "2017-07-01 57 995 503 532", "2017-08-01 31 1009 501 546",
                "2017-09-01 28 991 486 539", "2017-10-01 16 996 536 520", "2017-11-01 18 1030 500 506", "2017-12-01 15 1021 529 539",
            ],
            months.Of("period", "new", "returning", "won_back", "lost"));
        Assert.Equal(2377, Sum(months, "new"));
        Assert.All(months.Of("buyers", "new", "returning", "won_back"), row =>
        {
            long[] counts = [.. row.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
            Assert.Equal(counts[0], counts[1..].Sum());
        });
    }

    /// <summary>Teams by day, of the reference ledgers that other implementations wrote.</summary>
    [RecordedTheory]
    [InlineData("breadbasket")]
    [InlineData("coffee")]
    [InlineData("taobao_10k_all")]
    public async Task R22_Teams_by_day_are_those_of_the_reference_ledgers(string set)
    {
        await using TestShop shop = await TestShop.OpenAsync();
        using var files = new SqlOverFiles();
        string requests = RecordedTraffic.File($"requests/{set}.csv.gz");
        await SendAsync(
            shop.Engine, files.Read($"""
            SELECT dense_rank() OVER (ORDER BY item), dense_rank() OVER (ORDER BY "user"), 0, t * 1000
            FROM read_csv('{requests}') ORDER BY t, "row"
            """), Operation.QuickJoin);
        string[] span = files.Text($"""
            SELECT unnest([CAST(min(epoch_ms(t * 1000))::DATE - 1 AS VARCHAR), CAST(max(epoch_ms(t * 1000))::DATE + 3 AS VARCHAR)])
            FROM read_csv('{requests}')
            """);
        ReportTable daily = await shop.RunAsync(TestShop.Ask("daily", span[0], span[1]));
        string ledger = $"read_csv('{RecordedTraffic.File($"oracle/{set}_K2_A.csv.gz")}')";
        string[] expected = files.Text($"""
            SELECT concat_ws(' ', CAST(DATE '1970-01-01' + CAST((formed_at_or_deadline + 28800) // 86400 AS INTEGER) AS VARCHAR),
                count(*) FILTER (status = 'formed'), count(*) FILTER (status = 'expired'), 2 * count(*) FILTER (status = 'formed')) AS line
            FROM {ledger} WHERE status <> 'open' GROUP BY (formed_at_or_deadline + 28800) // 86400 ORDER BY line
            """);
        Assert.True(expected.Length > 5);
        Assert.Equal(expected, daily.Of("period", "teams_formed", "teams_expired", "formed_orders")
            .Where(row => !row.EndsWith(" 0 0 0", StringComparison.Ordinal)));
    }

    private static async Task SendAsync(MatchingEngine engine, IEnumerable<long[]> rows, Operation operation = Operation.SoloBuy)
    {
        long order = 0;
        Answer[] answers = new Answer[BatchLength];
        foreach (long[][] chunk in rows.Chunk(BatchLength))
        {
            Command[] commands = [.. chunk.Select(row => new Command
            { Operation = operation, Item = row[0], Buyer = row[1], Order = ++order, Amount = row[2], At = row[3] })];
            await engine.ExecuteBatchAsync(commands, answers);
            Assert.All(
                answers[..commands.Length],
                answer => Assert.True(answer.Ok || answer.Outcome == Outcome.AlreadyMember, answer.Outcome.ToString()));
        }
    }

    private static long Sum(ReportTable table, string column) =>
        table.Of(column).Sum(value => long.Parse(value, CultureInfo.InvariantCulture));

    private static string Histogram(ReportTable table, string column) =>
        string.Join(' ', table.Of(column).GroupBy(value => value).OrderBy(group => group.Key).Select(group => $"{group.Key}={group.Count()}"));

    /// <summary>DuckDB over files, without a table of its own.</summary>
    private sealed class SqlOverFiles : IDisposable
    {
        private readonly DuckDBConnection _connection = new("DataSource=:memory:");
        private readonly string _folder = Directory.CreateTempSubdirectory("matching-raw").FullName;

        public SqlOverFiles() => _connection.Open();

        public SqlOverFiles(string archive, string file)
            : this()
        {
            using var packed = new GZipStream(File.OpenRead(RecordedTraffic.File($"raw/{archive}.tar.gz")), CompressionMode.Decompress);
            TarFile.ExtractToDirectory(packed, _folder, overwriteFiles: true);
            Path = System.IO.Path.Combine(_folder, archive, file);
        }

        public string Path { get; } = "";

        public IEnumerable<long[]> Read(string sql)
        {
            using DuckDBDataReader rows = Query(sql);
            while (rows.Read())
            {
                yield return [.. Enumerable.Range(0, rows.FieldCount)
                    .Select(i => Convert.ToInt64(rows.GetValue(i), CultureInfo.InvariantCulture))];
            }
        }

        public string[] Text(string sql)
        {
            using DuckDBDataReader rows = Query(sql);
            List<string> lines = [];
            while (rows.Read())
            {
                lines.Add(rows.GetString(0));
            }

            return [.. lines];
        }

        public void Dispose()
        {
            _connection.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        private DuckDBDataReader Query(string sql)
        {
            DuckDBCommand command = _connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteReader();
        }
    }
}
