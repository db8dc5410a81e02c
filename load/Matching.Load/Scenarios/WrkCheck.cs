using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Matching.Host.Cli;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>
/// The peak over HTTP measured twice: by this program with a closed load, and by wrk with as many connections. Skipped, and said so,
/// without wrk.
/// </summary>
internal static partial class WrkCheck
{
    // A peak, which nothing is sent beside: still below what a shop works on at once.
    private static int Connections => 2 * Overload.ShopCopies;

    /// <summary>Five seconds each.</summary>
    public static Task RunAsync(RunResult result, LoadOptions options, ITarget target) =>
        RunAsync(result, options, target, TimeSpan.FromSeconds(5));

    /// <summary>Measures both and adds what they say.</summary>
    public static async Task RunAsync(RunResult result, LoadOptions options, ITarget target, TimeSpan during)
    {
        (double own, _) = await Overload.CapacityAsync(options, target, Connections, during, during / 5);
        result.Facts.Add(
            ($"peak over HTTP, {Connections} connections, answers a second", own.ToString("N0", CultureInfo.InvariantCulture)));
        string script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script(options, ((ShopTarget)target).Items));
            var start = new ProcessStartInfo("wrk", ["-t2", $"-c{Connections}",
                string.Create(CultureInfo.InvariantCulture, $"-d{during.TotalSeconds:F0}s"), "-s", script, options.Url!.ToString()])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using Process wrk = Process.Start(start)!;
            string said = await wrk.StandardOutput.ReadToEndAsync();
            await wrk.WaitForExitAsync();
            Match rate = Rate().Match(said);
            Match failed = Failed().Match(said);
            result.Facts.Add(("the same by wrk", rate.Success ? rate.Groups["rate"].Value
                + (failed.Success ? $", {failed.Groups["failed"].Value} of them refused" : "") : "no figure: " + said));
        }
        catch (Win32Exception)
        {
            Screen.Note("wrk is not installed: its cross-check is skipped");
            result.Facts.Add(("the same by wrk", "skipped: wrk is not installed"));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Script(LoadOptions options, IReadOnlyList<long> items) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        local items = { {{string.Join(", ", items)}} }
        local threads = 0
        function setup(thread) thread:set("id", threads); threads = threads + 1 end
        local n = 0
        function request()
          n = n + 1
          local order = (os.time() % 1000000000) * 4000000 + id * 1000000 + n
          wrk.headers["X-Api-Key"] = "{{options.Key}}"
          wrk.headers["Content-Type"] = "application/json"
          wrk.headers["X-Buyer"] = tostring(1 + id * 20000000 + n)
          return wrk.format("POST", "/api/items/" .. items[1 + n % #items] .. "/orders/" .. string.format("%d", order) .. "/quick-join", nil, "{}")
        end
        """);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Rate();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (?<failed>[0-9]+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Failed();
}
