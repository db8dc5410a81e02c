using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>R2: the invite of an invite-only team, in the real program, killed and stopped, with and without the order ledger.</summary>
public sealed class InviteTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(false, "--clock", "manual")]
    [InlineData(true, "--clock", "manual")]
    [InlineData(true, "--clock", "manual", "--order-ledger", "--closed-in-memory", "0")]
    [InlineData(false, "--clock", "manual", "--order-ledger", "--closed-in-memory", "0")]
    public void It_opens_the_team_after_every_restart_and_nothing_else_does(bool kill, params string[] options)
    {
        string invite, formed;
        long open, closed;
        using (HostProcess host = HostProcess.Serve(_scratch.Data, options))
        {
            JsonElement opened = Ask(host, """{"op":"openTeam","item":1,"buyer":1,"order":1,"public":false}""");
            (open, invite) = (opened.Long("team"), opened.Text("invite"));
            opened = Ask(host, """{"op":"openTeam","item":1,"buyer":2,"order":2,"public":false}""");
            (closed, formed) = (opened.Long("team"), opened.Text("invite"));
            Assert.NotEqual(invite, formed, StringComparer.Ordinal);
            Assert.Equal("", Ask(host, """{"op":"openTeam","item":1,"buyer":3,"order":3}""").Text("invite"));
            Assert.Equal("Formed", Ask(host, $$"""{"op":"joinTeam","item":1,"team":{{closed}},"buyer":4,"order":4,"invite":"{{formed}}"}""").Outcome());
            Refuses(host, open);
            Refuses(host, closed);
            End(host, kill);
        }

        for (int life = 0; life < 2; life++)
        {
            using HostProcess host = HostProcess.Serve(_scratch.Data, options);
            JsonElement again = Ask(host, """{"op":"openTeam","item":1,"buyer":1,"order":1,"public":false}""");
            Assert.Equal((true, open, invite), (again.Flag("repeated"), again.Long("team"), again.Text("invite")));
            Assert.Equal(formed, Ask(host, """{"op":"openTeam","item":1,"buyer":2,"order":2,"public":false}""").Text("invite"));
            Assert.Equal("Full", Ask(host, $$"""{"op":"joinTeam","item":1,"team":{{closed}},"buyer":5,"order":5,"invite":{{formed}}}""").Outcome());
            Refuses(host, open);
            Refuses(host, closed);
            End(host, kill);
        }

        using HostProcess last = HostProcess.Serve(_scratch.Data, options);
        Assert.Equal("Held", Ask(last, $$"""{"op":"hold","item":1,"team":{{open}},"buyer":5,"order":5,"invite":"{{invite}}"}""").Outcome());
        Assert.Equal("Formed", Ask(last, """{"op":"pay","item":1,"order":5}""").Outcome());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("\"x\"")]
    [InlineData("9223372036854775808")]
    public void An_invite_that_is_no_number_is_a_bad_request(string invite)
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data);
        JsonElement bad = Ask(host, $$"""{"op":"joinTeam","item":1,"team":1024,"buyer":5,"order":5,"invite":{{invite}}}""");
        Assert.Equal("BadRequest", bad.Outcome());
        Assert.Contains("invite must be an integer from 1 to 9223372036854775807", bad.Text("reason"), StringComparison.Ordinal);
        Assert.EndsWith("(R2)", bad.Text("reason"), StringComparison.Ordinal);
    }

    /// <summary>Without the invite, and with a wrong one, the reply is that about a team which does not exist, but for its id.</summary>
    private static void Refuses(HostProcess host, long team)
    {
        const long Nowhere = 1L << 40;
        foreach (string shown in new[] { "", ",\"invite\":\"12345\"" })
        {
            foreach (string op in new[] { "joinTeam", "hold" })
            {
                string hidden = host.Ask(Line(op, team, shown));
                Assert.Equal(host.Ask(Line(op, Nowhere, shown)).Replace($"{Nowhere}", $"{team}", StringComparison.Ordinal), hidden);
                Assert.Equal("UnknownTeam", JsonSerializer.Deserialize<JsonElement>(hidden).Outcome());
            }
        }
    }

    private static string Line(string op, long team, string shown) => $$"""{"op":"{{op}}","item":1,"team":{{team}},"buyer":9,"order":9{{shown}}}""";

    private static void End(HostProcess host, bool kill)
    {
        if (kill)
        {
            host.Kill();
            host.WaitForEnd();
        }
        else
        {
            Assert.Equal(0, host.End());
        }
    }

    private static JsonElement Ask(HostProcess host, string line) => JsonSerializer.Deserialize<JsonElement>(host.Ask(line));
}
