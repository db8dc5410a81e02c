using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>
/// The state that a ledger of answers amounts to, where no team has expired: each order's from the last step that was accepted
/// of it, each team's members from the orders seated in it.
/// </summary>
internal sealed class ExpectedState
{
    private readonly Dictionary<long, Story> _orders = [];
    private readonly Dictionary<long, HashSet<long>> _members = [];
    private readonly Dictionary<long, long> _itemsOfTeams = [];
    private readonly HashSet<long> _formed = [];

    public ExpectedState(AnswerLedger ledger)
    {
        var (sendings, acceptances) = ledger.Everything();
        foreach (Sending sending in sendings.Where(s => s.Order != 0))
        {
            Story story = _orders.TryGetValue(sending.Order, out Story? known) ? known : _orders[sending.Order] = new Story(sending.Item);
            story.Buyer = Math.Max(story.Buyer, sending.Buyer);
        }

        foreach (Acceptance acceptance in acceptances)
        {
            Tell(_orders[acceptance.Order], acceptance);
        }

        foreach (Story story in _orders.Values.Where(s => s is { Seated: true, Refund: not "Left" }))
        {
            Assert.True(_members[story.Team].Add(story.Buyer), $"buyer {story.Buyer} has two seats in team {story.Team} (R31)");
        }
    }

    /// <summary>Holds every order, every team and all counts of a running process against what is expected.</summary>
    public void Check(HostProcess host)
    {
        (long Order, Story Story)[] orders = [.. _orders.Select(o => (o.Key, o.Value))];
        JsonElement[] found = host.Pump(orders.Select(o => $$"""{"op":"order","item":{{o.Story.Item}},"order":{{o.Order}}}"""));
        for (int i = 0; i < orders.Length; i++)
        {
            string state = found[i].Text("state"), expected = orders[i].Story.State(_formed);
            Assert.True(
                string.Equals(state, expected, StringComparison.Ordinal) || (expected is "Held" && state is "HoldEnded"),
                $"order {orders[i].Order} is '{state}'; by the answers it is '{expected}'");
        }

        long[] teams = [.. _members.Keys];
        found = host.Pump(teams.Select(t => $$"""{"op":"team","item":{{_itemsOfTeams[t]}},"team":{{t}}}"""));
        for (int i = 0; i < teams.Length; i++)
        {
            Assert.Equal(_members[teams[i]].Order(), found[i].GetProperty("members").EnumerateArray().Select(m => m.GetInt64()).Order());
            Assert.Equal(_formed.Contains(teams[i]), found[i].Text("state") is "Formed");
        }

        JsonElement counts = host.Pump(["""{"op":"counts"}"""])[0];
        Assert.Equal((_members.Count, _formed.Count), (counts.Long("teamsOpened"), counts.Long("teamsFormed")));
        foreach (string state in (string[])["Waiting", "Formed", "Shipped", "Bought", "RefundOwed", "Refunded"])
        {
            Assert.Equal(orders.Count(o => string.Equals(o.Story.State(_formed), state, StringComparison.Ordinal)),
                counts.Long(char.ToLowerInvariant(state[0]) + state[1..]));
        }
    }

    private void Tell(Story story, Acceptance accepted)
    {
        switch (accepted.Outcome)
        {
            case "Opened" or "Joined" or "Formed":
                (story.Seated, story.Team) = (true, accepted.Team);
                if (accepted.Outcome is "Opened")
                {
                    _members.Add(accepted.Team, []);
                    _itemsOfTeams.Add(accepted.Team, accepted.Item);
                }
                else if (accepted.Outcome is "Formed")
                {
                    Assert.True(_formed.Add(accepted.Team), $"team {accepted.Team} formed twice");
                }

                break;
            case "Held": story.Held = true; break;
            case "Bought": story.Solo = true; break;
            case "RefundOwed": story.Unseated = true; break;
            case "Left" or "AfterSale": story.Refund = accepted.Outcome; break;
            case "Shipped": story.Shipped = true; break;
            case "Refunded": story.Done = true; break;
            default: Assert.Equal("RefundRequested", accepted.Outcome); break;
        }
    }

    /// <summary>What is known of one order.</summary>
    private sealed class Story(long item)
    {
        public long Item { get; } = item;

        public long Buyer { get; set; }

        public long Team { get; set; }

        public bool Held { get; set; }

        public bool Seated { get; set; }

        public bool Solo { get; set; }

        /// <summary>Paid, and no seat was to be had: the money is owed back.</summary>
        public bool Unseated { get; set; }

        public string Refund { get; set; } = "";

        public bool Shipped { get; set; }

        public bool Done { get; set; }

        public string State(HashSet<long> formed) => this switch
        {
            { Done: true } => "Refunded",
            { Unseated: true } => "RefundOwed",
            { Refund.Length: > 0 } => "RefundOwed",
            { Shipped: true } => "Shipped",
            { Solo: true } => "Bought",
            { Seated: true } => formed.Contains(Team) ? "Formed" : "Waiting",
            { Held: true } => "Held",
            _ => "",
        };
    }
}
