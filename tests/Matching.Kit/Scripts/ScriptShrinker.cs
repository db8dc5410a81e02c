using Matching.Core;

namespace Matching.Kit;

/// <summary>
/// Smaller scripts that may still fail: first steps are dropped in ever smaller chunks, then single steps and the terms are
/// made simpler.
/// </summary>
public static class ScriptShrinker
{
    /// <summary>Candidates, boldest first.</summary>
    public static IEnumerable<Script> Shrink(Script script) => Shorter(script).Concat(SimplerTerms(script)).Concat(SimplerSteps(script));

    private static IEnumerable<Script> Shorter(Script script)
    {
        int count = script.Steps.Count;
        for (int chunk = (count + 1) / 2; chunk > 0; chunk /= 2)
        {
            for (int from = 0; from < count; from += chunk)
            {
                Step[] rest = [.. script.Steps.Take(from), .. script.Steps.Skip(from + chunk)];
                if (rest.Length > 0)
                {
                    yield return script with { Steps = rest };
                }
            }
        }
    }

    private static IEnumerable<Script> SimplerTerms(Script script)
    {
        if (script.Books > 1)
        {
            yield return script with { Books = 1 };
        }

        if (script.StartMs > 0)
        {
            yield return script with { StartMs = 0 };
        }

        if (script.Terms.TeamSize > 2)
        {
            yield return script with { Terms = script.Terms with { TeamSize = script.Terms.TeamSize - 1 } };
        }

        if (script.Terms.CampaignsRequired)
        {
            yield return script with { Terms = script.Terms with { CampaignsRequired = false } };
        }

        if (script.Terms.Rescue)
        {
            yield return script with { Terms = script.Terms with { Rescue = false } };
        }
    }

    private static IEnumerable<Script> SimplerSteps(Script script)
    {
        for (int i = 0; i < script.Steps.Count; i++)
        {
            foreach (Step simpler in Simpler(script.Steps[i]))
            {
                Step[] steps = [.. script.Steps];
                steps[i] = simpler;
                yield return script with { Steps = steps };
            }
        }
    }

    private static IEnumerable<Step> Simpler(Step step)
    {
        if (step.Move != Move.Stay)
        {
            yield return step with { Move = Move.Stay, Ms = 0 };
        }

        if (step.Move == Move.Some && step.Ms > 1)
        {
            yield return step with { Ms = 1 };
        }

        if (step.IsCommand && step.Kind != StepKind.Do)
        {
            yield return step with { Kind = StepKind.Do };
        }

        if (step.IsCommand)
        {
            foreach (Command simpler in Simpler(step.Command))
            {
                yield return step with { Command = simpler };
            }
        }
    }

    private static IEnumerable<Command> Simpler(Command c)
    {
        if (c.Amount != 0)
        {
            yield return c with { Amount = 0 };
        }

        if (c.Quantity > 1)
        {
            yield return c with { Quantity = 1 };
        }

        if (c.Source != Source.Unknown)
        {
            yield return c with { Source = Source.Unknown };
        }

        if (c.DueNamed || c.Sharer != 0)
        {
            yield return c with { DueNamed = false, Due = 0, Sharer = 0 };
        }

        if (c.PriceNamed)
        {
            yield return c with { PriceNamed = false, Price = 0 };
        }

        if (c.Size != 0)
        {
            yield return c with { Size = 0 };
        }

        if (c.BuyerFacts != default)
        {
            yield return c with { BuyerFacts = default };
        }

        if (c.Invite != 0)
        {
            yield return c with { Invite = 0 };
        }

        if (c.InviteOnly || c.OpenNew)
        {
            yield return c with { InviteOnly = false, OpenNew = false };
        }

        if (c.Payment != 0)
        {
            yield return c with { Payment = 0 };
        }

        if (c.ByKey)
        {
            yield return c with { ByKey = false };
        }

        if (c.Cause != RefundCause.None)
        {
            yield return c with { Cause = RefundCause.None };
        }
    }
}
