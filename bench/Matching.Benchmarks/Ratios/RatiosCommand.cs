using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Matching.Benchmarks.Ratios;

/// <summary>
/// <c>bench -- ratios [--json] [--quick] [--only NAME]</c>: everything side by side in one run. With --json standard output
/// carries one JSON object and nothing else; what is going on is told on standard error.
/// </summary>
internal static class RatiosCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly (string Name, Func<Length, IEnumerable<Row>> Run)[] Groups =
    [
        ("kernel", KernelRows.AgainstMemory),
        ("hot", KernelRows.Hot),
        ("plain", KernelRows.AgainstPlain),
        ("campaigns", length => KernelRows.WithCampaigns(length).Concat(CampaignRows.Joins(length))),
        ("memory", EngineRows.InMemory),
        ("batch", EngineRows.InMemoryBatches),
        ("durable", EngineRows.Durable),
        ("durable-batch", EngineRows.DurableBatches),
        ("alone", EngineRows.Alone),
        ("wheel", StructureRows.Wheel),
        ("storm", StructureRows.Storm),
        ("allocation", StructureRows.Allocation),
        ("growth", StructureRows.Growth),
        ("stalls", StallRows.All),
        ("teams", StructureRows.Memory),
        ("redis", ServerRows.Redis),
        ("postgres", ServerRows.Postgres),
        ("sustained", EngineRows.Sustained),
    ];

    public static int Run(string[] args)
    {
        bool json = args.Contains("--json");
        Length length = args.Contains("--quick") ? Length.Quick : Length.Full;
        int only = Array.IndexOf(args, "--only");
        string? name = only >= 0 && only + 1 < args.Length ? args[only + 1] : null;
        if (name is not null && !Groups.Any(group => string.Equals(group.Name, name, StringComparison.Ordinal)))
        {
            Console.Error.WriteLine($"--only {name}: it must be one of {string.Join(", ", Groups.Select(group => group.Name))}");
            return 2;
        }

        var rows = new List<Row>();
        foreach ((string group, Func<Length, IEnumerable<Row>> run) in Groups)
        {
            if (name is null || string.Equals(name, group, StringComparison.Ordinal))
            {
                Console.Error.WriteLine($"measuring: {group}");
                foreach (Row row in run(length))
                {
                    Console.Error.WriteLine(Line(row));
                    rows.Add(row);
                }

                GC.Collect();
            }
        }

        string machine = Machine();
        Console.Out.WriteLine(json ? JsonSerializer.Serialize(new { machine, rows }, Json) : Table(machine, rows));
        return 0;
    }

    private static string Machine()
    {
        string cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? ""
            : RuntimeInformation.ProcessArchitecture.ToString();
        long gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{cpu}, {Environment.ProcessorCount} cores, {gigabytes} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Table(string machine, List<Row> rows) =>
        string.Join('\n', [machine, "", "| measure | ours | reference | ratio | goal | met | why |", "|---|---|---|---|---|---|---|",
            .. rows.Select(Line)]);

    private static string Line(Row row) =>
        $"| {row.Measure} | {Text(row.Ours)} | {Text(row.Reference)} | {Text(row.Ratio)} | {row.Goal} | {(row.Met ? "yes" : "no")} | "
            + $"{row.Why} |";

    private static string Text(double? value) => value is not { } number ? "–"
        : Math.Abs(number) >= 1e6 ? (number / 1e6).ToString("F2", CultureInfo.InvariantCulture) + " M"
        : Math.Abs(number) >= 1e4 ? (number / 1e3).ToString("F1", CultureInfo.InvariantCulture) + " k"
        : number.ToString(number >= 100 ? "F0" : "F2", CultureInfo.InvariantCulture);
}
