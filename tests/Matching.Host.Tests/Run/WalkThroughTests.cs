using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace Matching.Host.Tests.Run;

/// <summary>
/// The whole life of orders, as a program outside sees it. The conversation goes to the test's output, and to the file
/// named by MATCHING_TRANSCRIPT where that is set.
/// </summary>
public sealed class WalkThroughTests(ITestOutputHelper output) : IDisposable
{
    private const long Minute = 60_000, Day = 86_400_000;
    private readonly ScratchDirectory _scratch = new();
    private readonly StringBuilder _transcript = new();
    private HostProcess? _host;

    public void Dispose()
    {
        _host?.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void From_the_last_seat_held_to_the_last_refund_done()
    {
        Open();
        Title("Two teams of three, each with one seat left");
        long first = Team("""{"op":"openTeam","item":1,"buyer":11,"order":101,"amount":1990}""", "Opened");
        Says("""{"op":"joinTeam","item":1,"team":A,"buyer":12,"order":102,"amount":1990}""", first, "Joined");
        long second = Team("""{"op":"openTeam","item":1,"buyer":21,"order":201,"amount":1990}""", "Opened");
        Says("""{"op":"joinTeam","item":1,"team":A,"buyer":22,"order":202,"amount":1990}""", second, "Joined");

        Title("A buyer holds the last seat of the first (R33); a stranger is refused, and shown the other (R39)");
        JsonElement held = Says("""{"op":"hold","item":1,"buyer":13,"order":103}""", 0, "Held");
        Assert.Equal((first, 0, 15 * Minute), (held.Long("team"), held.Long("seatsLeft"), held.Long("until")));
        JsonElement full = Says("""{"op":"joinTeam","item":1,"team":A,"buyer":14,"order":104,"amount":1990}""", first, "Full");
        Assert.Equal(("R30", second), (full.Text("rule"), full.Long("suggest")));

        Restart("The hold ends unpaid, across a restart; the stranger takes the seat and the team forms");
        Says("""{"op":"advance","to":900000}""", 0, "Advanced");
        Assert.Equal("HoldEnded", Says("""{"op":"order","item":1,"order":103}""", 0, "Found").Text("state"));
        Says("""{"op":"joinTeam","item":1,"team":A,"buyer":14,"order":104,"amount":1990}""", first, "Formed");

        Title("The payment comes late, is moved to the other team, and that one forms");
        JsonElement moved = Says("""{"op":"pay","item":1,"order":103,"payment":9001,"amount":1990}""", 0, "Formed");
        Assert.Equal((second, true), (moved.Long("team"), moved.Flag("rerouted")));
        JsonElement again = Says("""{"op":"pay","item":1,"order":103,"payment":9001,"amount":1990}""", 0, "Formed");
        Assert.Equal((second, true, true), (again.Long("team"), again.Flag("rerouted"), again.Flag("repeated")));

        Title("One member's order ships (R5); another gets an after-sale refund, which touches nobody else (R8)");
        Says("""{"op":"ship","item":1,"order":103}""", 0, "Shipped");
        Says("""{"op":"requestRefund","item":1,"order":201}""", 0, "RefundRequested");
        Assert.Equal("R7", Says("""{"op":"ship","item":1,"order":201}""", 0, "RefundPending").Text("rule"));
        Says("""{"op":"approveRefund","item":1,"order":201}""", 0, "AfterSale");
        Assert.Equal(3, Says("""{"op":"team","item":1,"team":A}""", second, "Found").GetProperty("members").GetArrayLength());

        Title("A team of another item stays unformed and expires by itself (R6)");
        long unformed = Team("""{"op":"openTeam","item":2,"buyer":31,"order":301,"amount":2500}""", "Opened");
        Says("""{"op":"quickJoin","item":2,"buyer":32,"order":302,"amount":2500}""", 0, "Joined");
        Assert.Equal("R5", Says("""{"op":"ship","item":2,"order":301}""", 0, "NotFormed").Text("rule"));
        Says($$"""{"op":"advance","to":{{Day + (15 * Minute)}}}""", 0, "Advanced");
        Assert.Equal("Expired", Says("""{"op":"team","item":2,"team":A}""", unformed, "Found").Text("state"));
        Assert.Equal("R3", Says("""{"op":"joinTeam","item":2,"team":A,"buyer":33,"order":303}""", unformed, "TooLate").Text("rule"));

        Restart("Its refunds are listed, oldest first, until each is done (R37)");
        JsonElement[] owed = Owed();
        Assert.Equal(["1:201:afterSale", "2:301:expired", "2:302:expired"], owed.Select(r => r.Text("key")).ToArray());
        Assert.Equal([1990, 2500, 2500], owed.Select(r => r.Long("amount")).ToArray());
        foreach (JsonElement refund in owed)
        {
            Says($$"""{"op":"refundDone","item":{{refund.Long("item")}},"order":{{refund.Long("order")}},"key":"{{refund.Text("key")}}"}""", 0, "Refunded");
        }

        Assert.Empty(Owed());
        JsonElement counts = Says("""{"op":"counts"}""", 0, "Counted");
        Assert.Equal(
            [3, 2, 1, 0, 0, 0, 0, 4, 1, 0, 0, 3, 1, 6, 1, 3, 0],
            counts.EnumerateObject().Where(p => p.Name is not ("ok" or "outcome" or "now")).Select(p => (int)p.Value.GetInt64()).ToArray());
        Assert.Equal(0, _host!.End());
        Publish();
    }

    private void Open()
    {
        _host = HostProcess.Serve(_scratch.Data, "--team-size", "3", "--clock", "manual");
        _transcript.AppendLine("$ matching run --data shop --team-size 3 --clock manual").AppendLine(_host.Ready.GetRawText());
    }

    /// <summary>Stops and starts the program: everything sent so far must be answered as it was.</summary>
    private void Restart(string title)
    {
        Title(title);
        Assert.Equal(0, _host!.End());
        _host.Dispose();
        _transcript.AppendLine("(end of input; started again)");
        Open();
        Assert.False(_host.Ready.GetProperty("created").GetBoolean());
        JsonElement repeat = Says("""{"op":"openTeam","item":1,"buyer":11,"order":101,"amount":1990}""", 0, "Opened");
        Assert.True(repeat.Flag("repeated"));
    }

    private JsonElement[] Owed() => [.. Says("""{"op":"refundsOwed","take":10}""", 0, "Listed").GetProperty("refunds").EnumerateArray()];

    private long Team(string line, string outcome) => Says(line, 0, outcome).Long("team");

    private JsonElement Says(string line, long team, string outcome)
    {
        line = line.Replace("\"team\":A", $"\"team\":{team}", StringComparison.Ordinal);
        string reply = _host!.Ask(line);
        _transcript.Append("> ").AppendLine(line).Append("< ").AppendLine(reply);
        JsonElement parsed = JsonSerializer.Deserialize<JsonElement>(reply);
        Assert.Equal(outcome, parsed.Text("outcome"));
        return parsed;
    }

    private void Title(string title) => _transcript.AppendLine().Append("# ").AppendLine(title);

    private void Publish()
    {
        output.WriteLine(_transcript.ToString());
        if (Environment.GetEnvironmentVariable("MATCHING_TRANSCRIPT") is { Length: > 0 } file)
        {
            File.WriteAllText(file, _transcript.ToString());
        }
    }
}
