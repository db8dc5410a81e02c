using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>What a script is played on: the book, or the twin.</summary>
public interface ISubject
{
    /// <summary>Nothing is due before this; the book may name an earlier time than that of the first due thing.</summary>
    long NextDue { get; }

    /// <summary>The highest order id ever seen; 0 at first.</summary>
    long HighestOrder { get; }

    /// <summary>Decides one command.</summary>
    Answer Execute(Command command, long clock);

    /// <summary>Decides one command about what spans items.</summary>
    ControlTwin.Said Control(ControlCommand command, long clock);

    /// <summary>Moves time and acts on at most so many items; true when nothing overdue is left.</summary>
    bool Sweep(long now, int items);

    /// <summary>
    /// Starts again from what was journaled; what begins from now on has these terms (R34), and time goes on at <paramref name="now"/>
    /// (R43).
    /// </summary>
    void Restart(BookOptions terms, long now);

    /// <summary>Everything that happened to one item, in order.</summary>
    IReadOnlyList<Event> EventsOf(long item);

    /// <summary>An order, or null.</summary>
    OrderView? FindOrder(long item, long order, long now);

    /// <summary>A team, or null.</summary>
    TeamView? FindTeam(long item, long team, long now);

    /// <summary>The item's public teams with seats left, in R32 order.</summary>
    IReadOnlyList<OpenTeamView> OpenTeams(long item, long now, int take);

    /// <summary>Counts of one item.</summary>
    Counts CountItem(long item, long now);

    /// <summary>Counts of all items, as they stand.</summary>
    Counts CountAll();

    /// <summary>Counts of one campaign, as they stand (R19); null for an unknown one.</summary>
    Counts? CountCampaign(long campaign);

    /// <summary>Counts of one merchant, as they stand (R19); null for one of whom nothing is known.</summary>
    Counts? CountMerchant(long merchant);

    /// <summary>What one channel brought a campaign (R23).</summary>
    SourceCount CountSource(long campaign, Source source);

    /// <summary>The refunds owed, oldest first, as they stand.</summary>
    IReadOnlyList<RefundView> RefundsOwed(int take);
}
