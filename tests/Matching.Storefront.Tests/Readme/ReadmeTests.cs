using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Matching.Storefront.Tests.Readme;

/// <summary>README's programs compile, run, and print what README says.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task The_quick_start_compiles_and_says_what_README_says_also_the_second_time()
    {
        using var program = new ReadmeProgram(ReadmeProgram.Blocks("csharp")[0], "Microsoft.NET.Sdk");
        Assert.InRange(program.Lines, 5, 25);
        await program.BuildAsync();
        (int Code, string Said) first = await program.RunAsync();
        (int Code, string Said) second = await program.RunAsync();

        Assert.Equal((0, "Opened\nNotFormed (R5): the order's team has not formed\nFormed\nShipped\n"), first);

        // Decided once (R35): what was refused may try again, and by now the team has formed.
        Assert.Equal((0, "Opened\nShipped\nFormed\nShipped\n"), second);
        Assert.Equal([first.Said, second.Said], ReadmeProgram.Blocks("").Take(2));
        Assert.True(Directory.Exists(program.DataFolder));
    }

    [Fact]
    public async Task The_web_application_joins_refuses_with_status_and_reason_survives_kill_9_and_shows_its_metrics_R31_R35_R38()
    {
        using var program = new ReadmeProgram(ReadmeProgram.Blocks("csharp")[1], "Microsoft.NET.Sdk.Web");
        Assert.InRange(program.Lines, 15, 25);
        await program.BuildAsync();
        using var client = new HttpClient();
        Process first = program.Start("--urls", "http://127.0.0.1:0");
        Uri at = await AddressAsync(first);
        Assert.Contains("\"outcome\":\"Opened\",\"ok\":true", await JoinAsync(client, at, buyer: 11, order: 101), StringComparison.Ordinal);
        Assert.Contains(
            "\"title\":\"AlreadyMember\",\"status\":409,\"detail\":\"the buyer already has a seat in an open team of the item\"",
            await JoinAsync(client, at, buyer: 11, order: 102), StringComparison.Ordinal);
        Assert.Contains(
            "\"status\":400,\"detail\":\"buyer ", await JoinAsync(client, at, buyer: 0, order: 103), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"outcome\":\"Formed\"", await JoinAsync(client, at, buyer: 12, order: 104), StringComparison.Ordinal);
        first.Kill();
        await first.WaitForExitAsync();

        Process again = program.Start("--urls", "http://127.0.0.1:0");
        Uri there = await AddressAsync(again);
        Assert.Contains("\"outcome\":\"Formed\",\"ok\":true,\"repeated\":true", await JoinAsync(client, there, buyer: 12, order: 104),
            StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"Opened\"", await JoinAsync(client, there, buyer: 13, order: 105), StringComparison.Ordinal);
        string metrics = await client.GetStringAsync(new Uri(there, "/metrics"));
        string health = await client.GetStringAsync(new Uri(there, "/health"));

        Assert.Contains("matching_joins_total{outcome=\"Opened\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("matching_joins_total{outcome=\"Repeated\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Equal("Healthy", health);
    }

    private static async Task<string> JoinAsync(HttpClient client, Uri at, long buyer, long order)
    {
        using HttpResponseMessage response = await client.PostAsync(new Uri(at, $"/items/3/join?buyer={buyer}&order={order}"), null);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException("it ended while starting: " + await process.StandardError.ReadToEndAsync());
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
