using System.Globalization;
using Matching.Kit;
using Xunit.Abstractions;

namespace Matching.Properties.Tests;

/// <summary>A campaign that cannot tell the book from a twin with a planted defect proves nothing: each mutant must be caught.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    // Made once: every mutant meets the same.
    private static readonly Script[] s_scripts = [.. Campaign.Sample(Campaign.DefaultPrograms, seed: 20_250_101)];

    public static TheoryData<Mutant> Mutants => [.. Enum.GetValues<Mutant>().Where(m => m != Mutant.None)];

    /// <summary>Those in what spans items that a script of orders can feel; the control book's own campaign covers the others.</summary>
    public static TheoryData<TwinFault> Faults =>
    [
        TwinFault.OneLiveCampaignTooMany, TwinFault.CoolDownOneMillisecondShort, TwinFault.CoolDownOneMillisecondLong,
            TwinFault.SaleIgnoredForOpening,
        TwinFault.SaleIgnoredForJoining, TwinFault.BigDayIgnoredForJoining, TwinFault.BrandsGradeForAll, TwinFault.WarmUpStops,
        TwinFault.EndStopsJoining, TwinFault.ChangeKeepsVersion,
    ];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Every_planted_defect_is_caught_within_the_short_campaign(Mutant mutant) => AssertCaught(mutant, TwinFault.None);

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_defect_planted_in_the_campaigns_is_caught_within_the_short_campaign(TwinFault fault) =>
        AssertCaught(Mutant.None, fault);

    [Fact]
    public void Nothing_is_caught_where_nothing_is_planted() => Assert.All(
        s_scripts, script => Assert.Null(Duel.Difference(script)));

    private void AssertCaught(Mutant mutant, TwinFault fault)
    {
        int played = 0;
        string? caught = null;
        foreach (Script script in s_scripts)
        {
            played++;
            caught = Duel.Difference(script, mutant, fault);
            if (caught is not null)
            {
                break;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mutant}, {fault}: caught by program {played}: {caught}"));
        Assert.True(caught is not null, $"{mutant}, {fault} survived {played} programs");
    }
}
