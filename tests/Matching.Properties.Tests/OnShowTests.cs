using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>
/// What is shown can be had, on random scripts and without the twin: a suggestion is tried at once (R39), a list by strangers (R4, R42).
/// </summary>
public sealed class OnShowTests
{
    private const long FirstStranger = 1_000;

    private static int Programs => Math.Max(200, Campaign.Programs / 4);

    [Fact]
    public void A_team_suggested_takes_the_buyer_at_that_moment()
    {
        long taken = 0;
        Campaign.Run(Programs, script =>
        {
            string? broken = null;
            Run.Of(script, (run, command, answer) =>
            {
                bool seats = command.Operation is Operation.OpenTeam or Operation.QuickJoin or Operation.JoinTeam or Operation.Hold;
                if (broken is null && seats && answer.Suggest != 0)
                {
                    Command join =
                        command with { Operation = Operation.JoinTeam, Team = answer.Suggest, Order = FirstStranger + taken++, At = 0 };
                    Answer joined = run.Book.Execute(join, answer.Now);
                    broken = joined.Ok ? null
                        : $"R39: {Show.Command(command)} was pointed to {Show.Team(answer.Suggest)}, which says {joined.Outcome}";
                }
            });
            return broken;
        });
        Assert.True(taken > 0, "nothing was ever suggested");
    }

    [Fact]
    public void Every_team_listed_can_be_filled()
    {
        int filled = 0;
        Campaign.Run(Programs, script =>
        {
            var run = Run.Of(script);
            (BookSubject book, long now) = (run.Book, run.Now);
            long stranger = FirstStranger;
            foreach (long item in Scripts.Items)
            {
                foreach (OpenTeamView team in book.OpenTeams(item, now, int.MaxValue))
                {
                    for (int seat = team.SeatsLeft; seat > 0; seat--)
                    {
                        Answer joined = Fill(book, now, item, team.Team, stranger++);
                        if (joined.Outcome == Outcome.CampaignNotEffective)
                        {
                            break;
                        }

                        bool last = seat == 1 && joined.Outcome == Outcome.Formed;
                        if (!joined.Ok || (seat == 1 && !last && book.FindTeam(item, team.Team, now) is { SeatsLeft: > 0 }))
                        {
                            return $"R42: team {Show.Team(team.Team)} is listed with {team.SeatsLeft} seats left, and a stranger is told {joined.Outcome}";
                        }

                        filled++;
                    }
                }
            }

            return null;
        });
        Assert.True(filled > 0, "no team was ever listed");
    }

    // Strangers are of the highest tier, and new; where old customers come first, old.
    private static Answer Fill(BookSubject book, long now, long item, long team, long stranger)
    {
        Answer answer = default;
        foreach (BuyerStanding standing in new[] { BuyerStanding.New, BuyerStanding.Old })
        {
            answer = book.Execute(
                new Command
                {
                    Operation = Operation.JoinTeam,
                    Item = item,
                    Team = team,
                    Buyer = stranger,
                    Order = stranger,
                    Quantity = 1,
                    BuyerFacts = new BuyerFacts(standing, byte.MaxValue),
                },
                now);
            if (answer.Outcome != Outcome.NotEligible)
            {
                break;
            }
        }

        return answer;
    }
}
