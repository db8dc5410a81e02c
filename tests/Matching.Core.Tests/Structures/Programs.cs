using FsCheck;
using FsCheck.Fluent;

namespace Matching.Core.Tests.Structures;

/// <summary>Random programs of steps, shrunk by leaving steps out.</summary>
internal static class Programs
{
    /// <summary>Runs a structure and its model through random programs; a failure prints the shortest one found and its replay.</summary>
    public static void Check<TStep>(Gen<TStep> step, int programs, int longest, Action<TStep[]> run)
    {
        Gen<TStep[]> program = Gen.Choose(1, longest).SelectMany(length => step.ArrayOf(length));
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(programs).WithQuietOnSuccess(true),
            Prop.ForAll(Arb.From(program, Shorter), run));
    }

    private static IEnumerable<TStep[]> Shorter<TStep>(TStep[] program)
    {
        for (int cut = program.Length / 2; cut >= 1; cut /= 2)
        {
            for (int at = 0; at + cut <= program.Length; at += cut)
            {
                yield return [.. program[..at], .. program[(at + cut)..]];
            }
        }
    }
}
