using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Recording;

namespace Matching.Host.Replay.Recorded;

/// <summary>Why a replayed answer differs from the recorded one. In the order in which they are looked at.</summary>
internal enum Cause
{
    /// <summary>An earlier command of the same item, or one about campaigns, was answered otherwise.</summary>
    Follows,

    /// <summary>Only times differ, or a deadline had or had not come: time was not replayed.</summary>
    TimesMoved,

    /// <summary>Commands before it are missing: the recorder dropped them, or the recording was cut off.</summary>
    Missing,

    /// <summary>The recording begins in the middle, or on a directory other than the one replayed into.</summary>
    OtherBeginning,

    /// <summary>Only times differ, with another number of shards: an item's decision may see a later time than it did.</summary>
    OtherShards,

    /// <summary>Nothing known explains it.</summary>
    Unexplained,
}

/// <summary>
/// Compares replayed answers with recorded ones and gives each difference its reason. Remembers the items that went apart, and whether
/// campaigns did: what follows in such an item is a consequence. One thread at a time.
/// </summary>
/// <param name="timesReplayed">Each command was decided at its recorded time.</param>
internal sealed class Differences(bool timesReplayed)
{
    private const int Kept = 10;

    private readonly long[] _counts = new long[Enum.GetValues<Cause>().Length];
    private readonly HashSet<long> _items = [];
    private readonly List<string> _first = [];
    private bool _campaigns;

    /// <summary>Answers compared.</summary>
    public long Compared { get; private set; }

    /// <summary>Answers alike but for the times in them, where time was not replayed.</summary>
    public long OnlyTimes { get; private set; }

    /// <summary>Answers that differ.</summary>
    public long Count => _counts.Sum();

    /// <summary>Commands are missing before those compared now.</summary>
    public bool Missing { get; set; }

    /// <summary>The directory did not begin where the recording did.</summary>
    public bool OtherBeginning { get; set; }

    /// <summary>The engine has another number of shards.</summary>
    public bool OtherShards { get; set; }

    /// <summary>The first differences, in words.</summary>
    public IReadOnlyList<string> First => _first;

    /// <summary>Differences with one reason.</summary>
    public long Of(Cause cause) => _counts[(int)cause];

    /// <summary>Compares one answer.</summary>
    public void Take(in RecordedCommand recorded, in Answer replayed)
    {
        bool alike = SameButTimes(recorded.Answer, replayed);
        if (Differs(alike, SameTimes(recorded.Answer, replayed)) && ToTell(recorded, alike) is { } cause)
        {
            _first.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{recorded.Command.Operation} of {recorded.Command.Item}:{recorded.Command.Order} at {recorded.Command.At}: recorded "
                    + $"{Text(recorded.Answer)}, replayed {Text(replayed)}: {Words(cause)}"));
        }
    }

    /// <summary>Compares the answer to a campaign command.</summary>
    public void TakeCampaign(in RecordedCommand recorded, in ControlAnswer replayed)
    {
        ControlAnswer before = recorded.CampaignAnswer;
        bool sameTimes = before.Now == replayed.Now && before.RetryAt == replayed.RetryAt;
        bool alike = before == replayed with { Reason = before.Reason, Now = before.Now, RetryAt = before.RetryAt };
        if (Differs(alike, sameTimes) && ToTell(recorded, alike) is { } cause)
        {
            _first.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{recorded.Campaign!.Operation} {recorded.Campaign.Request} at {recorded.Command.At}: recorded {Text(before)}, replayed "
                    + $"{Text(replayed)}: {Words(cause)}"));
        }
    }

    /// <summary>A reason in words.</summary>
    public static string Words(Cause cause) => cause switch
    {
        Cause.Follows => "follows from an earlier difference of the item, or of campaigns",
        Cause.TimesMoved => "deadlines moved: time was not replayed",
        Cause.Missing => "commands before it are missing in the recording",
        Cause.OtherBeginning => "the directory did not begin where the recording did",
        Cause.OtherShards => "only times, replayed with another number of shards",
        _ => "unexplained",
    };

    private bool Differs(bool alike, bool sameTimes)
    {
        Compared++;
        OnlyTimes += !timesReplayed && alike && !sameTimes ? 1 : 0;
        return !alike || (timesReplayed && !sameTimes);
    }

    /// <summary>Counts a difference.</summary>
    /// <returns>Its cause; null where it only follows from another, or enough were told.</returns>
    private Cause? ToTell(in RecordedCommand recorded, bool alike)
    {
        Cause cause = CauseOf(recorded, alike);
        _counts[(int)cause]++;
        if (recorded.Campaign is null)
        {
            _items.Add(recorded.Command.Item);
        }
        else
        {
            _campaigns = true;
        }

        return _first.Count < Kept && cause != Cause.Follows ? cause : null;
    }

    private Cause CauseOf(in RecordedCommand recorded, bool alike) =>
        _campaigns || (recorded.Campaign is null && _items.Contains(recorded.Command.Item)) ? Cause.Follows
        : !timesReplayed ? Cause.TimesMoved
        : Missing || recorded.DroppedBefore > 0 ? Cause.Missing
        : OtherBeginning ? Cause.OtherBeginning
        : OtherShards && alike ? Cause.OtherShards
        : Cause.Unexplained;

    private static bool SameTimes(in Answer a, in Answer b) => a.Now == b.Now && a.Deadline == b.Deadline && a.Until == b.Until;

    private static bool SameButTimes(in Answer a, in Answer b) =>
        a.Outcome == b.Outcome && a.Ok == b.Ok && a.Repeated == b.Repeated && a.Rerouted == b.Rerouted && a.Rule == b.Rule && a.Why == b.Why
        && a.SeatsLeft == b.SeatsLeft && a.Team == b.Team && a.Suggest == b.Suggest && a.Holding == b.Holding && a.Item == b.Item
            && a.Order == b.Order;

    private static string Text(in ControlAnswer answer) => string.Create(
        CultureInfo.InvariantCulture,
        $"{answer.Outcome}{(answer.Repeated ? " again" : "")} (campaign {answer.Campaign}, rule {answer.Rule}, retry at {answer.RetryAt}, "
            + $"now {answer.Now})");

    private static string Text(in Answer answer) => string.Create(
        CultureInfo.InvariantCulture,
        $"{answer.Outcome}{(answer.Repeated ? " again" : "")} (team {answer.Team}, seats left {answer.SeatsLeft}, deadline "
            + $"{answer.Deadline}, until {answer.Until}, suggest {answer.Suggest}, holding {answer.Holding}, now {answer.Now})");
}
