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
            "Shards is 65", "MaxRequestsInFlight is 0", "SegmentBytes is 5000; it must be 1048576", "multiple of 4096", "DataDirectory is blank",
            "MaxSubscriptionLag is 0", "ClockStep", "TimeProvider is null", "Book.TeamSize (R1) is 9", "Book.MaxTeamSize (R1) is 1",
            "Book.TeamLifeMs (R3) is 0", "Book.HoldMs (R33) is -1",
        })
        {
            Assert.Contains(said, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ExistingOnly_needs_a_directory() =>
        Assert.Throws<ArgumentException>(() => { _ = MatchingEngine.OpenAsync(new MatchingOptions { ExistingOnly = true }); });

    [Fact]
    public void No_options_are_an_error() =>
        Assert.Throws<ArgumentNullException>(() => { _ = MatchingEngine.OpenAsync(null!); });

    [Fact]
    public void The_defaults_are_right_for_every_machine()
    {
        SteppedLoops loops = new();
        MatchingEngine engine = loops.Run(MatchingEngine.OpenAsync(new MatchingOptions { Scheduling = loops.Scheduling, TimeProvider = new SteppedTime(1) }));
        Assert.True(engine.Created);
        loops.Run(engine.DisposeAsync());
    }
}
