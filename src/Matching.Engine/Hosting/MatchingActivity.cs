using System.Diagnostics;
using Matching.Core;

namespace Matching.Engine.Hosting;

/// <summary>
/// Activities of the source <c>Matching</c>: one a command or batch while somebody listens, one for recovery, one for draining.
/// </summary>
internal static class MatchingActivity
{
    public static ActivitySource Source { get; } = new(MatchingInstruments.MeterName);

    public static Activity? Start(in Command command)
    {
        Activity? activity = Source.StartActivity("matching " + command.Operation);
        activity?.SetTag("matching.item", command.Item);
        activity?.SetTag("matching.order", command.Order);
        return activity;
    }

    public static void End(Activity? activity, in Answer answer)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag("matching.outcome", answer.Outcome.ToString());
        if (answer.Team != 0)
        {
            activity.SetTag("matching.team", answer.Team);
        }

        if (answer.Rule != 0)
        {
            activity.SetTag("matching.rule", "R" + answer.Rule.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        // A refusal is an answer; only what could not be answered is an error.
        if (answer.Outcome is Outcome.Unavailable or Outcome.Busy)
        {
            activity.SetStatus(ActivityStatusCode.Error, answer.Outcome.ToString());
        }
    }
}
