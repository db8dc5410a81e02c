using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Matching.Core;
using Matching.Recording;

namespace Matching.Engine.Tests;

/// <summary>
/// Every option with a range, found by reflection: beyond an end it is refused by option, value, range and rule, and no directory is made;
/// at either end the engine opens, so that no second check behind the first knows another range.
/// </summary>
public sealed partial class OptionRangeTests : IDisposable
{
    // At its upper end each takes more memory or disk than a test may; below it the same code runs.
    private static readonly Dictionary<string, object> Smaller = new(StringComparer.Ordinal)
    {
        ["MaxRequestsInFlight"] = 100_000,
        ["ExpectedOrders"] = 1_000L,
        ["ExpectedEvictedOrders"] = 1_000L,
        ["SegmentBytes"] = 2L << 20,
        ["LedgerMemoryBytes"] = 4L << 20,
        ["Recording.FileBytes"] = 4L << 20,
        ["Recording.BufferBytes"] = 4 << 20,
    };

    private static readonly Dictionary<string, string> Rules = new(StringComparer.Ordinal)
    {
        ["ClockStep"] = "R43",
        ["ClockLead"] = "R43",
        ["Book.TeamSize"] = "R1",
        ["Book.MaxTeamSize"] = "R1",
        ["Book.TeamLifeMs"] = "R3",
        ["Book.HoldMs"] = "R33",
        ["Control.MaxLivePerMerchant"] = "R10",
        ["Control.CoolDownMs"] = "R11",
        ["Control.MaxLivePerChat"] = "R18",
        ["Control.MaxTeamSize"] = "R1",
        ["Control.HoldMs"] = "R33",
        ["Control.MaxPromotionsPerItem"] = "R14",
        ["Control.MaxBigDays"] = "R15",
        ["Control.MaxPerVenue"] = "R20",
    };

    private readonly string _root = Directory.CreateTempSubdirectory("matching-options-").FullName;
    private int _directories;

    public static TheoryData<string> Ranged => [.. Numbers().Select(option => option.Name)];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_options_that_have_a_rule_are_all_found() =>
        Assert.Superset(Rules.Keys.Concat(Smaller.Keys).ToHashSet(StringComparer.Ordinal),
            Numbers().Select(option => option.Name).ToHashSet(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ranged))]
    public async Task Beyond_either_end_it_is_refused_before_the_directory_is_touched_and_at_either_end_the_engine_opens(string name)
    {
        Type type = Numbers().Single(option => option.Name == name).Type;
        (object lowest, object highest) = ExtremesOf(type);
        (object least, object most) = RangeOf(name, lowest) ?? RangeOf(name, highest)
            ?? throw new Xunit.Sdk.XunitException($"{name} takes any value: it has no range");
        foreach (object beyond in (object[])[Step(least, -1), Step(most, 1)])
        {
            // The end of the type is an end of the range that nothing lies beyond.
            Assert.True(Wraps(beyond, least, most) || (least, most).Equals(RangeOf(name, beyond)), $"{name} = {beyond} is not refused");
        }

        await OpensAsync(name, least);
        await OpensAsync(name, Smaller.GetValueOrDefault(name, most));
    }

    private async Task OpensAsync(string name, object value)
    {
        MatchingOptions options = OptionsWith(name, value);
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        Assert.True(Directory.Exists(options.DataDirectory));
        Assert.Equal(Outcome.Opened, (await engine.QuickJoinAsync(new QuickJoinRequest(1, 1, 1))).Outcome);
    }

    // The range that a refusal names; null where the value is taken.
    private (object Least, object Most)? RangeOf(string name, object value)
    {
        MatchingOptions options = OptionsWith(name, value);
        try
        {
            OptionsCheck.Check(options);
            return null;
        }
        catch (ArgumentException e)
        {
            Assert.Equal(e.Message, Assert.Throws<ArgumentException>(() => { _ = MatchingEngine.OpenAsync(options); }).Message);
            Assert.False(Directory.Exists(options.DataDirectory));
            string text = string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be ");
            Assert.Contains(text, e.Message, StringComparison.Ordinal);
            Match range = Range().Match(e.Message[(e.Message.IndexOf(text, StringComparison.Ordinal) + text.Length)..]);
            Assert.True(range.Success, e.Message);
            Assert.Equal(Rules.GetValueOrDefault(name, ""), range.Groups["rule"].Value);
            return (Parse(range.Groups["least"].Value, value.GetType()), Parse(range.Groups["most"].Value, value.GetType()));
        }
    }

    private MatchingOptions OptionsWith(string name, object value)
    {
        _directories++;
        var options = new MatchingOptions
        {
            DataDirectory = Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"data-{_directories}")),
            SegmentBytes = 1 << 20,
            Shards = 1,
            ManualClock = true,
            Ledger = name.Contains("Ledger", StringComparison.Ordinal) || name.Contains("Evicted", StringComparison.Ordinal),
            Recording = new RecordingOptions
            {
                Directory =
                Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"recording-{_directories}"))
            },
        };
        object part = options;
        string[] path = name.Split('.');
        foreach (string step in path[..^1])
        {
            part = part.GetType().GetProperty(step)!.GetValue(part)!;
        }

        part.GetType().GetProperty(path[^1])!.SetValue(part, value);
        return options;
    }

    private static IEnumerable<(string Name, Type Type)> Numbers() =>
        Numbers(typeof(MatchingOptions), "").Concat(Numbers(typeof(RecordingOptions), "Recording."));

    private static IEnumerable<(string Name, Type Type)> Numbers(Type options, string prefix) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true })
        .SelectMany(property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            var type when type == typeof(int) || type == typeof(long) || type == typeof(TimeSpan) => [(prefix + property.Name, type)],
            var type when type.Name.EndsWith("Options", StringComparison.Ordinal) => Numbers(type, $"{prefix}{property.Name}."),
            _ => [],
        });

    private static (object Lowest, object Highest) ExtremesOf(Type type) =>
        type == typeof(int) ? (int.MinValue, int.MaxValue) : type == typeof(long) ? (long.MinValue, long.MaxValue)
            : (TimeSpan.MinValue, TimeSpan.MaxValue);

    private static object Parse(string text, Type type) =>
        type == typeof(TimeSpan) ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
            : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);

    private static object Step(object value, int by) => value switch
    {
        int number => unchecked(number + by),
        long number => unchecked(number + by),
        _ => TimeSpan.FromTicks(unchecked(((TimeSpan)value).Ticks + by)),
    };

    private static bool Wraps(object beyond, object least, object most) =>
        ((IComparable)beyond).CompareTo(least) >= 0 && ((IComparable)beyond).CompareTo(most) <= 0;

    [GeneratedRegex(@"^(?<least>[-\d.:]+) … (?<most>[-\d.:]+)( \((?<rule>R\d+)\))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Range();
}
