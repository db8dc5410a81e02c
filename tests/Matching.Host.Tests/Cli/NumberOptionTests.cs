using System.Globalization;
using System.Text.RegularExpressions;
using Matching.Engine;
using Matching.Host.Copy;
using Matching.Host.Generate;
using Matching.Host.Inspect;
using Matching.Host.Replay;
using Matching.Host.Run;
using Matching.Recording;
using Matching.Storage;
using Command = System.CommandLine.Command;

namespace Matching.Host.Tests.Cli;

/// <summary>Every number on a command line has a range, which the refusal names; that of an engine's option is the engine's own.</summary>
public sealed partial class NumberOptionTests
{
    private const long MiB = 1L << 20;

    // Made once: making a command anew would check its options twice.
    private static readonly Command[] Commands =
    [
        ReplayCommand.Create(), GenerateCommand.Create(), InspectCommand.Create(), BackupCommand.Create(), RepairCommand.Create(),
            RunCommand.Create(),
    ];

    private static readonly Dictionary<string, decimal> MostOfEngine = new(StringComparer.Ordinal)
    {
        ["run --shards"] = MatchingOptions.MostShards,
        ["run --max-in-flight"] = MatchingOptions.MostRequestsInFlight / MatchingOptions.MostShards,
        ["run --expected-orders"] = MatchingOptions.MostExpectedOrders,
        ["run --snapshot-mib"] = MatchingOptions.MostSnapshotBytes / MiB,
        ["run --segment-mib"] = JournalOptions.MostSegmentBytes / MiB,
        ["run --keep-days"] = MatchingOptions.MostDuration.Days,
        ["run --record-mb"] = RecordingOptions.MostTotalBytes / MiB,
        ["replay --shards"] = MatchingOptions.MostShards,
    };

    // Refused alone for another reason, which is told first.
    private static readonly Dictionary<string, string[]> Company = new(StringComparer.Ordinal)
    {
        ["--item"] = ["--order", "1"],
        ["--order"] = ["--item", "1"],
        ["--team"] = ["--item", "1"],
    };

    private static IEnumerable<string> Names => Commands.SelectMany(
        command => command.Options.Where(option => IsNumber(option.ValueType)).Select(option => $"{command.Name} {option.Name}"));

    public static TheoryData<string> Numbers => [.. Names];

    [Fact]
    public void The_options_of_the_engine_are_among_them() =>
        Assert.Superset(MostOfEngine.Keys.ToHashSet(StringComparer.Ordinal), Names.ToHashSet(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_out_of_its_range_is_refused_by_name_value_and_range(string place)
    {
        string[] names = place.Split(' ');
        Command command = Commands.Single(one => string.Equals(one.Name, names[0], StringComparison.Ordinal));
        string refusal = Assert.Single(
            ErrorsOf(command, names[1], "-9999999999999999999999"), error => error.Contains(" number from ", StringComparison.Ordinal));
        Assert.Contains("'-9999999999999999999999'", refusal, StringComparison.Ordinal);
        Match range = Range().Match(refusal);
        Assert.Empty(ErrorsOf(command, names[1], range.Groups["least"].Value));
        Assert.Empty(ErrorsOf(command, names[1], range.Groups["most"].Value));
        decimal most = decimal.Parse(range.Groups["most"].Value, CultureInfo.InvariantCulture);
        Assert.NotEmpty(ErrorsOf(command, names[1], (most + 1).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(MostOfEngine.GetValueOrDefault(place, most), most);
    }

    // Only those about the option: others that must be given are not.
    private static string[] ErrorsOf(Command command, string option, string value) =>
        [.. command.Parse([option, value, .. string.Equals(command.Name, "inspect", StringComparison.Ordinal) ? Company[option]
            : []]).Errors.Select(error => error.Message).Where(error => error.Contains(value, StringComparison.Ordinal))];

    private static bool IsNumber(Type type) => Type.GetTypeCode(
        Nullable.GetUnderlyingType(type) ?? type) is TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt64 or TypeCode.Double;

    [GeneratedRegex(
        @" number from (?<least>[-\d.]+) to (?<most>[-\d.]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Range();
}
