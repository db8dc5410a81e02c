using System.Globalization;
using System.Text;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>Commands, answers and events in words that a person reads in a failed test. Fields that are 0 are left out.</summary>
public static class Show
{
    /// <summary>A team's running number within its partition, and the partition.</summary>
    public static string Team(long team) => string.Create(CultureInfo.InvariantCulture, $"{team >> 10}/{team & 1023}");

    /// <summary>A command.</summary>
    public static string Command(in Command c) => new Line(c.Operation.ToString())
        .Add("item", c.Item).Add("order", c.Order).Add("buyer", c.Buyer).AddTeam("team", c.Team)
        .Add("invite only", c.InviteOnly).Add("invite", c.Invite).Add("a new team", c.OpenNew).Add("size", c.Size)
        .Add(c.PriceNamed ? "at price" : "price, unnamed,", c.Price).Add("price named", c.PriceNamed).Add("amount", c.Amount)
        .Add("quantity", c.Quantity == 1 ? 0 : c.Quantity)
        .Add("payment", c.Payment).Add("cause", c.Cause).Add("by key", c.ByKey).Add("source", c.Source)
        .Add("buyer", c.BuyerFacts.Standing).Add("tier", c.BuyerFacts.Tier).Add("due named", c.DueNamed).Add("due", c.Due)
            .Add("sharer", c.Sharer).ToString();

    /// <summary>A command about what spans items; its times are counted from the step's own.</summary>
    public static string Control(ControlCommand c) => new Line(c.Operation.ToString())
        .Add("request", c.Request).Add("merchant", c.Merchant).Add("item", c.Item).Add("campaign", c.Campaign)
        + (c.Terms is null ? "" : " " + c.Terms) + (c.Promotion is null ? "" : " " + c.Promotion)
            + (c.BigDay is null ? "" : " " + c.BigDay);

    /// <summary>An answer.</summary>
    public static string Answer(in Answer a) => new Line(a.Outcome.ToString())
        .Add(a.Ok ? "ok" : "refused", true).Add("repeated", a.Repeated).Add("rerouted", a.Rerouted).Add("R", a.Rule).Add("because", a.Why)
        .AddTeam("team", a.Team).Add("seats left", a.SeatsLeft).Add("deadline", a.Deadline).Add("until", a.Until)
        .Add("holding", a.Holding).Add("invite", a.Invite).AddTeam("suggest", a.Suggest).Add("owed", a.Owed).Add("item", a.Item)
            .Add("order", a.Order).Add("now", a.Now).ToString();

    /// <summary>An event.</summary>
    public static string Event(in Event e) => new Line(e.Kind.ToString())
        .Add("at", e.At).Add("item", e.Item).Add("order", e.Order).Add("buyer", e.Buyer).AddTeam("team", e.Team)
        .AddTeam("other team", e.OtherTeam).Add("via", e.Via).Add("cause", e.Cause).Add("payment", e.Payment).Add("amount", e.Amount)
        .Add("quantity", e.Quantity).Add("deadline", e.Deadline).Add("price", e.Price).Add("size", e.Size).Add("life", e.LifeMs)
        .Add("no rescue", e.NoRescue).Add("source", e.Source)
        .Add("invite only", e.InviteOnly).Add("invite", e.Invite).Add("a new team", e.OpenNew).Add("rerouted", e.Rerouted)
            .Add("new buyer", e.NewBuyer)
        .Add("campaign", e.Campaign).Add("version", e.TermsVersion)
        .Add("due named", e.DueNamed).Add("due", e.Due).Add("sharer", e.Sharer).Add("tier", e.Tier).Add("merchant", e.Merchant).ToString();

    /// <summary>A team with its members.</summary>
    public static string Team(TeamView? t) => t is null ? "no team" : t.ToString() + " members " + string.Join(',', t.Members);

    /// <summary>Counts.</summary>
    public static string Counts(in Counts c) => new Line("teams")
        .Add("opened", c.TeamsOpened).Add("open", c.TeamsOpen).Add("formed", c.TeamsFormed).Add("expired", c.TeamsExpired)
        .Add("dissolved", c.TeamsDissolved).Add("merged", c.TeamsMerged).Add("orders:", true).Add("waiting", c.Waiting)
        .Add("formed", c.Formed).Add("shipped", c.Shipped).Add("bought", c.Bought).Add("refund owed", c.RefundOwed)
        .Add("refunded", c.Refunded).Add("after sale", c.AfterSale).Add("ever formed", c.OrdersFormed)
        .Add("ever bought", c.OrdersBought).Add("ever shipped", c.OrdersShipped).ToString();

    private sealed class Line(string start)
    {
        private readonly StringBuilder _words = new(start);

        public Line Add(string name, long value) => value == 0 ? this : Put(name, value.ToString(CultureInfo.InvariantCulture));

        public Line Add(string name, PaymentId value) =>
            value.IsNone ? this : Put(name, value.Text is { } text ? $"'{text}'" : value.ToString());

        public Line Add(string name, bool value) => value ? Put(name, "") : this;

        public Line Add<T>(string name, T value)
            where T : struct, Enum => EqualityComparer<T>.Default.Equals(value, default) ? this : Put(name, value.ToString());

        public Line AddTeam(string name, long team) => team == 0 ? this : Put(name, Team(team));

        public override string ToString() => _words.ToString();

        private Line Put(string name, string value)
        {
            _words.Append(' ').Append(name);
            if (value.Length > 0)
            {
                _words.Append(' ').Append(value);
            }

            return this;
        }
    }
}
