using System.Text.Json;
using Matching.Core;
using static Matching.Host.Run.ReplyNames;

namespace Matching.Host.Run;

/// <summary>The replies to reads.</summary>
internal sealed partial class ReplyWriter
{
    /// <summary>An order as it stands; null for one the item does not have.</summary>
    public void Found(ReadOnlySpan<byte> id, OrderView? view, long item, long order, long now)
    {
        Begin(id, ok: true, view is null ? NotFound : ReplyNames.Found);
        if (view is OrderView found)
        {
            OrderFields.Write(_json, found);
        }
        else
        {
            _json.WriteId(Item, item);
            _json.WriteId(Order, order);
        }

        _json.WriteNumber(Now, now);
        End();
    }

    /// <summary>A team as it stands; null for one the item does not have.</summary>
    public void Found(ReadOnlySpan<byte> id, TeamView? view, long item, long team, long now)
    {
        Begin(id, ok: true, view is null ? NotFound : ReplyNames.Found);
        _json.WriteId(Item, item);
        _json.WriteId(Team, team);
        if (view is not null)
        {
            Fields(view);
        }

        _json.WriteNumber(Now, now);
        End();
    }

    /// <summary>The open teams of an item (R32).</summary>
    public void Listed(ReadOnlySpan<byte> id, IReadOnlyList<OpenTeamView> teams, long item, long now)
    {
        Begin(id, ok: true, ReplyNames.Listed);
        _json.WriteId(Item, item);
        _json.WriteStartArray("teams"u8);
        foreach (OpenTeamView team in teams)
        {
            _json.WriteStartObject();
            _json.WriteId(Team, team.Team);
            _json.WriteNumber(Size, team.Size);
            _json.WriteNumber(SeatsLeft, team.SeatsLeft);
            _json.WriteNumber(Deadline, team.Deadline);
            Given(Price, team.Price);
            _json.WriteEndObject();
        }

        EndList(now);
    }

    /// <summary>The orders of a buyer (R19).</summary>
    public void Listed(ReadOnlySpan<byte> id, IReadOnlyList<OrderView> orders, long now)
    {
        Begin(id, ok: true, ReplyNames.Listed);
        OrderFields.WriteAll(_json, orders);
        _json.WriteNumber(Now, now);
        End();
    }

    /// <summary>The refunds that are owed (R37).</summary>
    public void Listed(ReadOnlySpan<byte> id, IReadOnlyList<RefundView> refunds, long now)
    {
        Begin(id, ok: true, ReplyNames.Listed);
        _json.WriteStartArray("refunds"u8);
        foreach (RefundView refund in refunds)
        {
            _json.WriteStartObject();
            _json.WriteId(Item, refund.Item);
            _json.WriteId(Order, refund.Order);
            Given(Buyer, refund.Buyer);
            _json.WriteNumber(Amount, refund.Amount);
            _json.WriteString("cause"u8, Words.Of(refund.Cause));
            Given(refund.Payment);
            _json.WriteNumber("since"u8, refund.Since);
            _json.WriteString("key"u8, refund.Key);
            _json.WriteEndObject();
        }

        EndList(now);
    }

    /// <summary>Counts (R19).</summary>
    public void Counted(ReadOnlySpan<byte> id, in Counts counts, long item, long now)
    {
        Begin(id, ok: true, ReplyNames.Counted);
        Given(Item, item);
        _json.WriteNumber("teamsOpened"u8, counts.TeamsOpened);
        _json.WriteNumber("teamsFormed"u8, counts.TeamsFormed);
        _json.WriteNumber("teamsExpired"u8, counts.TeamsExpired);
        _json.WriteNumber("teamsDissolved"u8, counts.TeamsDissolved);
        _json.WriteNumber("teamsMerged"u8, counts.TeamsMerged);
        _json.WriteNumber(TeamsOpen, counts.TeamsOpen);
        _json.WriteNumber("waiting"u8, counts.Waiting);
        _json.WriteNumber("formed"u8, counts.Formed);
        _json.WriteNumber(Shipped, counts.Shipped);
        _json.WriteNumber("bought"u8, counts.Bought);
        _json.WriteNumber("refundOwed"u8, counts.RefundOwed);
        _json.WriteNumber("refunded"u8, counts.Refunded);
        _json.WriteNumber("afterSaleRefunds"u8, counts.AfterSale);
        _json.WriteNumber("ordersFormed"u8, counts.OrdersFormed);
        _json.WriteNumber("ordersShipped"u8, counts.OrdersShipped);
        _json.WriteNumber("ordersRefunded"u8, counts.OrdersRefunded);
        _json.WriteNumber("ordersBought"u8, counts.OrdersBought);
        _json.WriteNumber(Now, now);
        End();
    }

    /// <summary>What is to be counted never was (R19).</summary>
    public void Unknown(ReadOnlySpan<byte> id, JsonEncodedText outcome, JsonEncodedText field, long value)
    {
        Begin(id, ok: false, outcome);
        _json.WriteString("rule"u8, "R19"u8);
        _json.WriteString(Reason, Words.NeverWas(field.Value, value));
        _json.WriteId(field, value);
        End();
    }

    private void Fields(TeamView team)
    {
        _json.WriteString(State, NameOf(team.State));
        _json.WriteNumber(Size, team.Size);
        _json.WriteNumber(SeatsLeft, team.SeatsLeft);
        _json.WriteNumber(Deadline, team.Deadline);
        _json.WriteNumber("openedAt"u8, team.OpenedAt);
        Given(ClosedAt, team.ClosedAt);
        Given(MergedInto, team.MergedInto);
        Given(Leader, team.Leader);
        _json.WriteStartArray("members"u8);
        foreach (long buyer in team.Members)
        {
            _json.WriteIdValue(buyer);
        }

        _json.WriteEndArray();
        Given(Price, team.Price);
        _json.WriteBoolean("public"u8, !team.InviteOnly);
    }

    private void EndList(long now)
    {
        _json.WriteEndArray();
        _json.WriteNumber(Now, now);
        End();
    }
}
