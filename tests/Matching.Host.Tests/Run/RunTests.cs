using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>The real program: what it says and does between its first line and its end.</summary>
public sealed class RunTests : IDisposable
{
    private const long Day = 86_400_000;
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_new_directory_is_made_and_said_so_and_an_old_one_is_recovered()
    {
        using (HostProcess first = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            Assert.True(first.Ready.Flag("created"));
            Assert.Equal((0L, 0L, 0L), (first.Ready.Long("now"), first.Ready.Long("teamsOpen"), first.Ready.Long("recovered")));
            first.Ask("""{"op":"openTeam","item":1,"buyer":2,"order":3}""");
            first.Ask("""{"op":"advance","to":77}""");
            Assert.Equal(0, first.End());
            Assert.Equal("", first.Errors.Trim());
        }

        using HostProcess second = HostProcess.Serve(_scratch.Data, "--clock", "manual", "--existing");
        Assert.False(second.Ready.Flag("created"));
        Assert.Equal((77L, 1L), (second.Ready.Long("now"), second.Ready.Long("teamsOpen")));
        Assert.True(second.Ready.Long("recovered") >= 1);
    }

    [Fact]
    public void A_start_begins_with_a_segment_of_1_MiB_and_the_next_is_twice_as_long_up_to_what_was_asked_for()
    {
        Assert.Equal(1, LongestAfter("--segment-mib", "1"));
        Assert.Equal(2, LongestAfter("--segment-mib", "3"));

        // The segment made ahead, once a quarter of the first one is full.
        long LongestAfter(params string[] options)
        {
            using HostProcess host = HostProcess.Serve(_scratch.Data, options);
            long first = host.Ready.Long("recovered") + 1;
            host.Pump(Enumerable.Range(0, 8000).Select(n => $$"""{"op":"soloBuy","item":1,"buyer":1,"order":{{first + n}}}"""));
            Assert.Equal(0, host.End());
            return Directory.GetFiles(_scratch.Data, "journal-*.seg").Max(path => new FileInfo(path).Length) >> 20;
        }
    }

    [Fact]
    public void What_was_read_before_the_end_of_input_is_answered_the_last_line_even_without_its_end()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data);
        for (int order = 1; order <= 1000; order++)
        {
            host.Input.Write($$"""{"id":{{order}},"op":"soloBuy","item":{{order % 7 + 1}},"buyer":1,"order":{{order}}}""" + (order < 1000 ? "\r\n" : ""));
        }

        host.Input.Close();

        for (int order = 1; order <= 1000; order++)
        {
            JsonElement reply = JsonSerializer.Deserialize<JsonElement>(host.ReadLine()!);
            Assert.Equal("Bought", reply.Outcome());
        }

        Assert.Null(host.ReadLine());
        Assert.Equal(0, host.WaitForEnd());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void Asked_to_stop_it_finishes_and_closes_cleanly(string signal)
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual"))
        {
            Assert.Equal("Opened", Says(host, """{"op":"openTeam","item":1,"buyer":2,"order":3}""").Outcome());
            host.Signal(signal);
            Assert.Equal(0, host.WaitForEnd());
        }

        using HostProcess again = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        Assert.True(Says(again, """{"op":"openTeam","item":1,"buyer":2,"order":3}""").Flag("repeated"));
    }

    [Fact]
    public void Asked_to_stop_under_load_it_answers_what_it_read_and_nothing_answered_is_lost_R38()
    {
        List<long> answered = [];
        using (HostProcess host = HostProcess.Serve(_scratch.Data))
        {
            var sending = new Thread(() =>
            {
                try
                {
                    for (int order = 1; ; order++)
                    {
                        host.Input.Write($$"""{"op":"soloBuy","item":1,"buyer":1,"order":{{order}}}""" + "\n");
                    }
                }
                catch (IOException)
                {
                    // Nobody reads any more: the program has ended, as it was asked to.
                    return;
                }
            });
            sending.Start();
            while (host.ReadLine() is string reply)
            {
                answered.Add(JsonSerializer.Deserialize<JsonElement>(reply).Long("order"));
                if (answered.Count == 5_000)
                {
                    host.Signal("TERM");
                }
            }

            Assert.Equal(0, host.WaitForEnd());
            sending.Join();
        }

        // What was read is the beginning of what was sent, without a gap.
        Assert.Equal(Enumerable.Range(1, answered.Count).Select(order => (long)order), answered.Order());
        using HostProcess again = HostProcess.Serve(_scratch.Data);
        Assert.Equal(answered.Count, Says(again, """{"op":"counts"}""").Long("bought"));
    }

    [Fact]
    public void A_bad_line_is_answered_and_the_stream_goes_on()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data);
        string longLine = $$"""{"id":"long","op":"ship","note":"{{new string('x', 70_000)}}"}""";
        string fits = $$"""{"id":"fits","op":"soloBuy","item":1,"buyer":1,"order":1,"note":"{{new string('x', 65_000)}}"}""";

        Assert.Equal("""{"ok":false,"outcome":"BadRequest","reason":"an empty line is not a request"}""", host.Ask(""));
        Assert.Equal("""{"id":[7],"ok":false,"outcome":"BadRequest","reason":"ship needs order"}""", host.Ask("""{"id":[7],"op":"ship","item":1}"""));
        Assert.Equal("""{"id":"long","ok":false,"outcome":"BadRequest","reason":"the line is over 65536 bytes"}""", host.Ask(longLine));
        Assert.Equal("Bought", Says(host, fits).Outcome());
        Assert.Equal(
            """{"ok":false,"outcome":"BadRequest","reason":"advance needs a manual clock (R43): start with --clock manual"}""",
            host.Ask("""{"op":"advance","to":9007199254740991}"""));
        Assert.Equal("Shipped", Says(host, """{"op":"ship","item":1,"order":1}""").Outcome());
        Assert.Equal(0, host.End());
    }

    [Fact]
    public void Ids_come_back_as_they_were_sent()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data);
        foreach (string id in (string[])["1", "-1.50e7", "null", "true", "\"a\\u4e8c二\"", """{"b":[1, 2],"a":{} }""", "\"" + new string('i', 60_000) + "\""])
        {
            Assert.StartsWith($$"""{"id":{{id}},"ok":true,""", host.Ask($$"""{"op":"counts","id":{{id}}}"""), StringComparison.Ordinal);
        }

        Assert.StartsWith("{\"ok\":true,", host.Ask("""{"op":"counts"}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_campaigns_are_required_nothing_opens_without_one_R10()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--campaigns", "required");
        foreach (string op in (string[])["openTeam", "quickJoin", "hold"])
        {
            JsonElement reply = Says(host, $$"""{"op":"{{op}}","item":1,"buyer":3,"order":4}""");
            Assert.Equal((false, "NoCampaign", "R10"), (reply.Flag("ok"), reply.Outcome(), reply.Text("rule")));
        }

        // A team that is not there is the refusal given first.
        Assert.Equal("UnknownTeam", Says(host, """{"op":"joinTeam","item":1,"team":2,"buyer":3,"order":4}""").Outcome());
        Assert.Equal("Bought", Says(host, """{"op":"soloBuy","item":1,"buyer":3,"order":4}""").Outcome());
        Assert.Equal(0, Says(host, """{"op":"counts","merchant":5}""").Long("teamsOpened"));
    }

    [Fact]
    public void An_advance_acts_behind_all_lines_before_it_and_before_all_after_it_on_every_item_R36()
    {
        const int Items = 3_000;
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual", "--shards", "4");
        long[] teams = [.. host.Pump(Each(i => $$"""{"op":"openTeam","item":{{i}},"buyer":1,"order":1}""")).Select(r => r.Long("team"))];
        List<string> lines = [];
        lines.AddRange(Each(i => i % 2 == 0 ? $$"""{"op":"joinTeam","item":{{i}},"team":{{teams[i - 1]}},"buyer":2,"order":2}""" : "{\"op\":\"counts\"}"));
        lines.Add($$"""{"op":"advance","to":{{Day - 1}}}""");
        lines.AddRange(Each(i => i % 4 == 1 ? $$"""{"op":"joinTeam","item":{{i}},"team":{{teams[i - 1]}},"buyer":3,"order":3}""" : "{\"op\":\"counts\"}"));
        lines.Add($$"""{"op":"advance","to":{{Day}}}""");
        lines.AddRange(Each(i => $$"""{"op":"joinTeam","item":{{i}},"team":{{teams[i - 1]}},"buyer":4,"order":4}"""));
        lines.Add($$"""{"op":"advance","to":{{Day - 1}}}""");
        lines.Add("""{"op":"counts"}""");

        JsonElement[] replies = host.Pump(lines);

        for (int i = 1; i <= Items; i++)
        {
            Assert.Equal(i % 2 == 0 ? "Formed" : "Counted", replies[i - 1].Outcome());
            Assert.Equal(0, replies[i - 1].Long("now"));
            Assert.Equal(i % 4 == 1 ? "Formed" : "Counted", replies[Items + i].Outcome());
            Assert.Equal(Day - 1, replies[Items + i].Long("now"));
            Assert.Equal(i % 4 == 3 ? "TooLate" : "Full", replies[(2 * Items) + 1 + i].Outcome());
        }

        Assert.Equal((Day - 1, Day), (replies[Items].Long("now"), replies[(2 * Items) + 1].Long("now")));
        Assert.Equal("BadRequest", replies[^2].Outcome());
        Assert.Equal("to must be 86400000 or later, not 86399999: time does not go back (R43)", replies[^2].Text("reason"));
        Assert.Equal((Items, 3L * Items / 4, Items / 4L),
            (replies[^1].Long("teamsOpened"), replies[^1].Long("teamsFormed"), replies[^1].Long("teamsExpired")));

        IEnumerable<string> Each(Func<int, string> line) => Enumerable.Range(1, Items).Select(line);
    }

    [Theory]
    [InlineData(1, 16_384)]
    [InlineData(4, 1_000)]
    [InlineData(4, 1)]
    public void Requests_about_one_item_take_effect_in_the_order_read(int shards, int maxInFlight)
    {
        int items = maxInFlight == 1 ? 50 : 2_000;
        string[] steps =
        [
            """{"op":"openTeam","item":I,"buyer":1,"order":1}""",
            """{"op":"order","item":I,"order":1}""",
            """{"op":"quickJoin","item":I,"buyer":2,"order":2}""",
            """{"op":"openTeams","item":I,"take":1}""",
            """{"op":"ship","item":I,"order":1}""",
            """{"op":"requestRefund","item":I,"order":2}""",
            """{"op":"ship","item":I,"order":2}""",
            """{"op":"approveRefund","item":I,"order":2}""",
            """{"op":"order","item":I,"order":2}""",
            """{"op":"refundDone","item":I,"order":2}""",
            """{"op":"order","item":I,"order":2}""",
        ];
        string[] outcomes = ["Opened", "Found", "Formed", "Listed", "Shipped", "RefundRequested", "RefundPending", "AfterSale", "Found",
            "Refunded", "Found"];
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--shards", $"{shards}", "--max-in-flight", $"{maxInFlight}");

        // Step by step over all items, so that each item's requests are far apart; then item by item, so that they are neighbours.
        var far = steps.SelectMany((_, step) => Enumerable.Range(1, items).Select(item => (Step: step, Item: item)));
        var near = Enumerable.Range(items + 1, items).SelectMany(item => steps.Select((_, step) => (Step: step, Item: item)));
        var order = far.Concat(near).ToArray();

        JsonElement[] replies = host.Pump(order.Select(o => steps[o.Step].Replace("I", $"{o.Item}", StringComparison.Ordinal)));

        for (int i = 0; i < replies.Length; i++)
        {
            Assert.Equal(outcomes[order[i].Step], replies[i].Outcome());
            if (order[i].Step is 1 or 8 or 10)
            {
                Assert.Equal(order[i].Step switch { 1 => "Waiting", 8 => "RefundOwed", _ => "Refunded" }, replies[i].Text("state"));
            }
        }
    }

    [Fact]
    public void A_buyers_orders_are_listed_page_by_page_with_what_the_lines_before_did_R19()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");

        JsonElement[] replies = host.Pump(
        [
            .. Enumerable.Range(1, 5).Select(i => $$"""{"op":"quickJoin","item":{{i}},"buyer":7,"order":{{i}},"amount":{{i}}00}"""),
            """{"op":"quickJoin","item":2,"buyer":8,"order":9}""",
            """{"op":"ordersOf","buyer":7,"take":3}""",
            """{"op":"ordersOf","buyer":7,"take":3,"after":3}""",
            """{"op":"ordersOf","buyer":9,"take":3}""",
        ]);

        Assert.Equal(["1 Waiting 100", "2 Formed 200", "3 Waiting 300"], Orders(replies[6]));
        Assert.Equal(["4 Waiting 400", "5 Waiting 500"], Orders(replies[7]));
        Assert.Empty(Orders(replies[8]));

        static string[] Orders(JsonElement reply) =>
            [.. reply.GetProperty("orders").EnumerateArray().Select(o => $"{o.Long("order")} {o.Text("state")} {o.Long("amount")}")];
    }

    [Fact]
    public void A_hundred_thousand_lines_are_pumped_through_and_counted()
    {
        const int Lines = 100_000, Items = 1_009;
        string[] lines = [.. Enumerable.Range(1, Lines).Select(i => $$"""{"op":"quickJoin","item":{{(i * 31L % Items) + 1}},"buyer":{{i}},"order":{{i}},"amount":100}""")];
        long formed = Enumerable.Range(1, Lines).GroupBy(i => (i * 31L % Items) + 1).Sum(item => item.Count() / 2);
        long opened = Enumerable.Range(1, Lines).GroupBy(i => (i * 31L % Items) + 1).Sum(item => (item.Count() + 1) / 2);
        using HostProcess host = HostProcess.Serve(_scratch.Data);

        JsonElement[] replies = host.Pump(lines);

        Assert.Equal((opened, formed), (replies.Count(r => r.Outcome() is "Opened"), replies.Count(r => r.Outcome() is "Formed")));
        Assert.Equal(opened, replies.Select(r => r.Long("team")).Distinct().Count());
        JsonElement counts = Says(host, """{"op":"counts"}""");
        Assert.Equal((opened, formed, opened - formed), (counts.Long("teamsOpened"), counts.Long("teamsFormed"), counts.Long("teamsOpen")));
        Assert.Equal((2 * formed, Lines - (2 * formed)), (counts.Long("formed"), counts.Long("waiting")));
    }

    private static JsonElement Says(HostProcess host, string line) => JsonSerializer.Deserialize<JsonElement>(host.Ask(line));
}
