using System.Globalization;
using System.Runtime.CompilerServices;

namespace Matching.Host.Tests.Run;

/// <summary>The transcripts of ARCHITECTURE.md, line by line: what stands there is what the program says.</summary>
public sealed class TranscriptTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_life_of_an_order_is_as_written() => Play("## A transcript: the life of an order");

    /// <summary>R10 (the 16th), R11, R15, R17, R19, R23, R34, R42.</summary>
    [Fact]
    public void A_merchants_walk_through_is_as_written() =>
        Play("## A transcript: a merchant", "--campaigns", "required");

    [Fact]
    public void A_refusal_of_a_merchant_names_the_fields_of_his_line()
    {
        using HostProcess host = HostProcess.Serve(_scratch.Data, "--clock", "manual");
        string Publish(string fields) => host.Ask($$"""{"id":1,"op":"publishCampaign","request":1,"merchant":7,"item":1,"category":"shoes",{{fields}}}""");
        Assert.Contains("\"reason\":\"groupPrice is 2991; 1 … the solo price 2990",
            Publish("\"end\":900000000,\"groupPrice\":2991,\"soloPrice\":2990"), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"end is 5; it must come after start 5",
            Publish("\"start\":5,\"end\":5,\"groupPrice\":1990,\"soloPrice\":2990"), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"holdMs is 999999999999; 1 … ",
            Publish("\"end\":900000000,\"groupPrice\":1990,\"soloPrice\":2990,\"holdMs\":999999999999"), StringComparison.Ordinal);
        Assert.Equal(0, host.End());
    }

    private void Play(string heading, params string[] options)
    {
        string[] lines = [.. File.ReadLines(Architecture()).SkipWhile(line => !string.Equals(line, heading, StringComparison.Ordinal))
            .Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))];
        Assert.True(lines.Count(line => line.StartsWith("< ", StringComparison.Ordinal)) > 10, heading + " holds no transcript");
        using HostProcess host = HostProcess.Serve(_scratch.Data, ["--clock", "manual", .. options]);
        Assert.Equal(lines.First(line => line.StartsWith("> ", StringComparison.Ordinal))[2..], host.Ready.GetRawText());
        string? said = null;
        foreach (string line in lines)
        {
            if (line.StartsWith("< ", StringComparison.Ordinal))
            {
                said = host.Ask(line[2..]);
            }
            else if (said is not null && line.StartsWith("> ", StringComparison.Ordinal))
            {
                Assert.Equal(line[2..], said);
            }
            else if (line.TrimStart().StartsWith('…'))
            {
                ThirteenMore(host);
            }
        }

        Assert.Equal(0, host.End());
    }

    private static void ThirteenMore(HostProcess host)
    {
        for (int id = 4; id <= 16; id++)
        {
            string reply = host.Ask(string.Create(CultureInfo.InvariantCulture, $$"""
                {"id":{{id}},"op":"publishCampaign","request":{{id}},"merchant":7,"item":{{97 + id}},"category":"shoes","end":900000000,"groupPrice":1990,"soloPrice":2990}
                """));
            Assert.Contains("\"outcome\":\"Published\"", reply, StringComparison.Ordinal);
        }
    }

    private static string Architecture([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "../../../src/ARCHITECTURE.md");
}
