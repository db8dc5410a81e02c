using System.Globalization;
using Matching.Kit;
using Xunit.Abstractions;

namespace Matching.Core.Tests.Properties;

/// <summary>A campaign that cannot tell the book from a twin with a planted defect proves nothing: each mutant must be caught.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    private const ulong Seed = 20_250_101;

    public static TheoryData<Mutant> Mutants => [.. Enum.GetValues<Mutant>().Where(m => m != Mutant.None)];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Every_planted_defect_is_caught_within_the_short_campaign(Mutant mutant)
    {
        int played = 0;
        string? caught = null;
        foreach (Script script in Campaign.Sample(Campaign.DefaultPrograms, Seed))
        {
            played++;
            caught = Duel.Difference(script, mutant);
            if (caught is not null)
            {
                break;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mutant}: caught by program {played}: {caught}"));
        Assert.True(caught is not null, $"{mutant} survived {played} programs");
    }
}
