using FsCheck;
using FsCheck.Fluent;

namespace Matching.Core.Tests.Campaigns;

/// <summary>A property of programs: lists of steps, each a number. A failing one is shrunk by leaving steps out; FsCheck prints
/// its replay.</summary>
internal static class Property
{
    public static void Holds(int programs, int maxSteps, Action<int[]> holds)
    {
        Gen<int[]> gen =
            from length in Gen.Choose(0, maxSteps)
            from steps in Gen.ArrayOf(Gen.Choose(0, int.MaxValue), length)
            select steps;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(programs), Prop.ForAll(Arb.From(gen, Shorter), holds));
    }

    private static IEnumerable<int[]> Shorter(int[] steps)
    {
        for (int run = steps.Length / 2; run > 0; run /= 2)
        {
            for (int from = 0; from + run <= steps.Length; from += run)
            {
                yield return [.. steps[..from], .. steps[(from + run)..]];
            }
        }
    }
}
