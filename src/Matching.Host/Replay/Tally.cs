using System.Globalization;
using Matching.Core;

namespace Matching.Host.Replay;

/// <summary>What came of the requests of a replay.</summary>
/// <param name="repeats">Requests may have been answered before: an interrupted replay goes on (R35).</param>
internal sealed class Tally(bool repeats = false)
{
    /// <summary>Requests answered.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests refused because the buyer already sits in an open team of the item (R31).</summary>
    public long Ignored { get; private set; }

    /// <summary>Takes the answers of a batch.</summary>
    /// <exception cref="InvalidDataException">An answer that recorded traffic must not get; the replay cannot go on.</exception>
    public void Take(CommandBatch batch)
    {
        foreach (ref readonly Answer answer in batch.Answers.AsSpan(0, batch.Count))
        {
            if (answer.Outcome == Outcome.AlreadyMember)
            {
                Ignored++;
            }
            else if (!answer.Ok || (answer.Repeated && !repeats))
            {
                throw Refused(answer);
            }
        }

        Requests += batch.Count;
    }

    private static InvalidDataException Refused(in Answer answer) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"order {answer.Order} of item {answer.Item} was answered {answer.Outcome}{(answer.Repeated ? " (a repeat)" : "")}, rule "
            + $"R{answer.Rule}: {Words.Reason(answer)}; the replay ends here"));
}
