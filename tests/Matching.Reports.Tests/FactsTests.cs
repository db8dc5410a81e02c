using DuckDB.NET.Data;
using Matching.Core;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Reports.Tests;

/// <summary>Each event counts once, whatever happens to the process and to the file.</summary>
public sealed class FactsTests
{
    private static readonly ReportRequest Daily = TestShop.Ask("daily", "2023-11-15", "2023-11-17");

    [Fact]
    public async Task Facts_go_on_after_a_restart_where_they_ended()
    {
        await using TestShop shop = await ExampleTests.PlayAsync();
        string[] before = Lines(await shop.RunAsync(Daily));
        await shop.StopAsync();
        await shop.StartAsync();
        Assert.Equal(before, Lines(await shop.RunAsync(Daily)));
        await shop.DoAsync(new Command { Operation = Operation.SoloBuy, Item = 1, Buyer = 9, Order = 9, Amount = 1, At = shop.Engine.Now });
        Assert.NotEqual(before, Lines(await shop.RunAsync(Daily with { To = TestShop.Day("2023-11-18") })));
    }

    [Fact]
    public async Task What_was_not_committed_is_read_again()
    {
        await using TestShop shop = await ExampleTests.PlayAsync();
        string file = Path.Combine(shop.Data, "..", "cut.duckdb");
        ReadOnlyJournal journal = ReadOnlyJournal.Open(shop.Data);
        string[] whole = Lines(await shop.RunAsync(Daily));
        for (long cut = 1; cut < journal.EndSequence; cut += 3)
        {
            File.Delete(file);
            using (Facts facts = Facts.Open(file))
            {
                foreach (JournaledEvent e in JournalEvents.Read(journal, 0).TakeWhile(e => e.Sequence < cut))
                {
                    facts.Apply(e);
                    if (e.Sequence == cut / 2)
                    {
                        facts.Commit();
                    }
                }

                // Here the process dies: nothing after the commit was kept.
            }

            using Facts again = Facts.Open(file);
            Assert.Equal((cut / 2) + 1, again.Position);
            again.CatchUp(journal);
            again.ReadViews(shop.Data);
            again.ReadViews(shop.Data);
            Assert.Equal(whole, Lines(again.Run(Daily)));
        }
    }

    [Fact]
    public async Task Facts_of_another_history_are_made_anew()
    {
        await using TestShop other = await ExampleTests.PlayAsync();
        await using TestShop shop = await TestShop.OpenAsync();
        await shop.DoAsync(new Command
        { Operation = Operation.SoloBuy, Item = 1, Buyer = 4, Order = 4, Amount = 5, At = TestShop.Midnight("2023-11-15") });
        string file = Path.Combine(shop.Data, "..", "moved.duckdb");
        using (Facts facts = Facts.Open(file))
        {
            facts.CatchUp(ReadOnlyJournal.Open(other.Data));
        }

        using Facts moved = Facts.Open(file);
        moved.CatchUp(ReadOnlyJournal.Open(shop.Data));
        Assert.Equal(["1 5", "0 0"], moved.Run(Daily).Of("solo_orders", "solo_fen"));
    }

    [Fact]
    public async Task A_database_of_something_else_is_left_alone()
    {
        await using TestShop shop = await TestShop.OpenAsync();
        string file = Path.Combine(shop.Data, "..", "other.duckdb");
        using (var other = new DuckDBConnection($"DataSource={file}"))
        {
            other.Open();
            using DuckDBCommand command = other.CreateCommand();
            command.CommandText = "CREATE TABLE position (x INTEGER)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("something else", Assert.Throws<IOException>(() => Facts.Open(file)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_hold_that_is_paid_keeps_its_source_and_sharer()
    {
        await using TestShop shop = await TestShop.OpenAsync();
        long at = TestShop.Midnight("2023-11-15");
        await shop.DoAsync(new Command
        { Operation = Operation.Hold, Item = 1, Buyer = 1, Order = 1, Source = Source.ShortVideo, Sharer = 5, Quantity = 1, At = at });
        await shop.DoAsync(new Command { Operation = Operation.Pay, Item = 1, Order = 1, Amount = 700, At = at + 1000 });
        await shop.DoAsync(new Command { Operation = Operation.Hold, Item = 1, Buyer = 2, Order = 2, Quantity = 1, At = at + 2000 });
        await shop.Engine.AdvanceAsync(at + (48 * TestShop.Hour));
        Assert.Equal(["shortVideo 1"], (await shop.RunAsync(Daily with { Name = "channels" })).Of("channel", "opens")
            .Where(row => row.StartsWith("shortVideo", StringComparison.Ordinal)));
        Assert.Equal(["2 1 1 700 1", "0 0 0 0 0"], (await shop.RunAsync(Daily)).Of("holds", "holds_ended", "paid", "paid_fen", "opens"));
        Assert.Equal(
            ["expired 1 700 0 1", "total 1 700 0 1"],
            (await shop.RunAsync(Daily with { Name = "refunds" })).Of("cause", "entries", "owed_fen", "done", "open"));
    }

    [Theory]
    [InlineData("weekly", "2023-11-15", "2023-11-16", "", "there is no report 'weekly'; there are daily, funnel")]
    [InlineData("daily", "2023-11-15", "2023-11-15", "", "to is 2023-11-15; it must be later than from, 2023-11-15 (R22)")]
    [InlineData("daily", "2023-11-15", "2023-11-16", "item", "per is 'item'; daily takes nothing (R22)")]
    [InlineData("funnel", "2003-11-15", "2023-11-16", "", "more than ten years")]
    public void A_wrong_request_says_what_is_allowed(string name, string from, string to, string per, string reason)
    {
        using Facts facts = Facts.Open(null);
        ArgumentException e = Assert.Throws<ArgumentException>(() => facts.Run(TestShop.Ask(name, from, to) with { Per = per }));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    private static string[] Lines(ReportTable table) => [.. table.Rows.Select(row => string.Join(' ', row))];
}
