using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Matching.Kit;

/// <summary>
/// How many scripts, and from which seed: <c>MATCHING_PROGRAMS</c> and <c>MATCHING_SEED</c> (<c>seed,gamma,size</c> as a
/// failure prints it, or a seed alone) of the environment.
/// </summary>
public static class Campaign
{
    /// <summary>Scripts of the duel when the environment says nothing: what a default test run has time for.</summary>
    public const int DefaultPrograms = 2_000;

    /// <summary>Scripts a campaign plays.</summary>
    public static int Programs { get; } = Environment.GetEnvironmentVariable("MATCHING_PROGRAMS") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : DefaultPrograms;

    /// <summary>The seed that the environment names; null for a new one each run.</summary>
    public static string? Seed { get; } = Environment.GetEnvironmentVariable("MATCHING_SEED") is { Length: > 0 } text ? text : null;

    /// <summary>
    /// Plays so many random scripts; one that breaks the rule is shrunk, and thrown in words with the seed to run it again.
    /// </summary>
    /// <param name="programs">Scripts.</param>
    /// <param name="broken">What is wrong with a script's run; null for nothing.</param>
    public static void Run(int programs, Func<Script, string?> broken)
    {
        Config config = Config.QuickThrowOnFailure.WithMaxTest(programs).WithQuietOnSuccess(true);
        if (Seed is not null)
        {
            config = config.WithReplay(new Replay(SeedOf(Seed), Microsoft.FSharp.Core.FSharpOption<int>.None));
        }

        Check.One(config, Prop.ForAll(Scripts.Arbitrary, script =>
        {
            if (broken(script) is { } difference)
            {
                throw new InvalidOperationException(difference);
            }
        }));
    }

    /// <summary>Random scripts, the same for the same seed.</summary>
    public static IEnumerable<Script> Sample(int programs, ulong seed) => Enumerable
        .Range(0, (programs + 99) / 100)
        .SelectMany(chunk => Scripts.All.Sample(100, new Rnd(seed + (ulong)chunk), 30))
        .Take(programs);

    private static Rnd SeedOf(string text)
    {
        ulong[] numbers = [.. text.Trim('(', ')').Split(',').Take(2).Select(n => ulong.Parse(n, CultureInfo.InvariantCulture))];
        return numbers.Length == 2 ? new Rnd(numbers[0], numbers[1]) : new Rnd(numbers[0]);
    }
}
