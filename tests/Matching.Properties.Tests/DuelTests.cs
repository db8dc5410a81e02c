using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>The book against the readable twin.</summary>
public sealed class DuelTests
{
    [Fact]
    public void Book_and_twin_agree_on_answers_events_and_state_after_every_step() =>
        Campaign.Run(Campaign.Programs, script => Duel.Difference(script));
}
