using Matching.Core;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void All_wrong_options_are_told_at_once()
    {
        var options = new MatchingOptions
        {
            Shards = 65,
            MaxRequestsInFlight = 0,
            SegmentBytes = 5_000,
            DataDirectory = " ",
            MaxSubscriptionLag = 0,
            ClockStep = TimeSpan.Zero,
            TimeProvider = null!,
            Book = new BookOptions { TeamSize = 9, MaxTeamSize = 1, TeamLifeMs = 0, HoldMs = -1 },
        };
        string message = Assert.Throws<ArgumentException>(() => { _ = MatchingEngine.OpenAsync(options); }).Message;
        foreach (string said in new[]
        {
            "Shards is 65", "MaxRequestsInFlight is 0", "SegmentBytes is 5000; it must be 1048576 … 1073741824", "multiple of 4096",
                "DataDirectory is blank",
            "MaxSubscriptionLag is 0", "ClockStep", "TimeProvider is null", "Book.TeamSize is 9; it must be 2 … 2 (R1)",
                "Book.MaxTeamSize is 1; it must be 2 … 1000 (R1)",
            "Book.TeamLifeMs is 0; it must be 1 … 315360000000 (R3)", "Book.HoldMs is -1; it must be 1 … 86400000 (R33)",
        })
        {
            Assert.Contains(said, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ExistingOnly_needs_a_directory() =>
        Assert.Throws<ArgumentException>(
            () => { _ = MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true, ExistingOnly = true }); });

    [Fact]
    public void Where_nothing_says_what_happens_to_the_data_the_start_is_refused_and_the_message_says_how()
    {
        string message = Assert.Throws<ArgumentException>(() => { _ = MatchingEngine.OpenAsync(new MatchingOptions()); }).Message;
        Assert.Contains("DataDirectory is not set, and nothing would survive", message, StringComparison.Ordinal);
        Assert.Contains("set InMemory to true", message, StringComparison.Ordinal);
        string both = Assert.Throws<ArgumentException>(
            () => { _ = MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true, DataDirectory = "x" }); }).Message;
        Assert.Contains("InMemory is set beside the DataDirectory 'x'", both, StringComparison.Ordinal);
        Assert.False(Directory.Exists("x"));
    }

    [Fact]
    public void No_options_are_an_error() =>
        Assert.Throws<ArgumentNullException>(() => { _ = MatchingEngine.OpenAsync(null!); });

    [Fact]
    public void The_defaults_are_right_for_every_machine()
    {
        SteppedLoops loops = new();
        MatchingEngine engine = loops.Run(MatchingEngine.OpenAsync(
            new MatchingOptions { InMemory = true, Scheduling = loops.Scheduling, TimeProvider = new SteppedTime(1) }));
        Assert.True(engine.Created);
        loops.Run(engine.DisposeAsync());
    }
}
