using FsCheck;
using FsCheck.Fluent;

namespace Matching.Core.Tests.Structures;

/// <summary>A random program of steps, which a property runs beside a model. It is shrunk by leaving steps out.</summary>
public sealed record Program<TStep>(TStep[] Steps)
{
    public override string ToString() => $"[{string.Join(", ", Steps)}]";
}

/// <summary>Makes programs.</summary>
public static class Programs
{
    /// <summary>Programs of one to <paramref name="longest"/> steps.</summary>
    public static Arbitrary<Program<TStep>> Of<TStep>(Gen<TStep> step, int longest, int shortest = 1) => Arb.From(
        Gen.Choose(shortest, longest).SelectMany(length => step.ArrayOf(length)).Select(steps => new Program<TStep>(steps)),
        Shorter);

    private static IEnumerable<Program<TStep>> Shorter<TStep>(Program<TStep> program)
    {
        for (int cut = program.Steps.Length / 2; cut >= 1; cut /= 2)
        {
            for (int at = 0; at + cut <= program.Steps.Length; at += cut)
            {
                yield return new([.. program.Steps[..at], .. program.Steps[(at + cut)..]]);
            }
        }
    }
}

/// <summary>Programs of numbers, each of which stands for whatever the property makes of it.</summary>
public static class Numbers
{
    public static Arbitrary<Program<int>> UpTo60() => Programs.Of(Gen.Choose(0, int.MaxValue), 60, 0);
}
