using Matching.Core;

namespace Matching.Kit;

/// <summary>What time does (R6, R33, R36, R40).</summary>
public sealed partial class Twin
{
    /// <inheritdoc/>
    public long NextDue => _teams.Where(t => t.IsOpen).Select(t => t.Deadline)
        .Concat(_orders.Where(o => o.IsHoldLive).Select(o => o.Until))
        .DefaultIfEmpty(long.MaxValue).Min();

    /// <summary>R36: one due thing after another, each at its own time; at equal times holds end before teams expire.</summary>
    private void ActOnOverdue(long item, long now)
    {
        while (true)
        {
            TwinOrder? hold = _orders.Where(o => o.Item == item && o.IsHoldLive && HoldIsOver(o, now)).MinBy(o => (o.Until, o.Id));
            TwinTeam? team = _teams.Where(t => t.Item == item && t.IsOpen && DeadlinePassed(t, now)).MinBy(t => (t.Deadline, t.Id));
            if (hold is not null && (team is null || hold.Until <= team.Deadline))
            {
                EndHold(hold);
            }
            else if (team is not null)
            {
                ReachDeadline(team);
            }
            else
            {
                return;
            }
        }
    }

    private bool HoldIsOver(TwinOrder hold, long now) => Has(Mutant.PaymentAtTheHoldsEnd) ? hold.Until < now : hold.Until <= now;

    private bool DeadlinePassed(TwinTeam team, long now) => Has(Mutant.JoinAtTheDeadline) ? team.Deadline < now : team.Deadline <= now;

    private void EndHold(TwinOrder hold)
    {
        hold.State = OrderState.HoldEnded;
        Emit(EventKind.HoldEnded, hold.Until, hold.Team, hold);
    }

    private void ReachDeadline(TwinTeam team)
    {
        if (Survivor(team) is { } survivor)
        {
            Merge(team, survivor);
        }
        else
        {
            Expire(team);
        }
    }

    private void Expire(TwinTeam team)
    {
        long at = Has(Mutant.ExpiryAtTheTimeNoticed) ? _now : team.Deadline;
        team.State = TeamState.Expired;
        team.ClosedAt = at;
        Emit(EventKind.TeamExpired, at, team, null);
        IEnumerable<TwinOrder> orders = Has(Mutant.RefundKeyedByLeader) ? team.Members.Take(1) : team.Members;
        foreach (TwinOrder order in orders)
        {
            Owe(order, RefundCause.Expired, at);
            order.State = Has(Mutant.ExpiryKeepsTheRequest)
                && order.Request == RequestState.Pending ? OrderState.Formed : OrderState.RefundOwed;
        }
    }

    /// <summary>R40: same terms, strictly later deadline, no live hold, no buyer in common, sizes that add up.</summary>
    private TwinTeam? Survivor(TwinTeam team) => !team.Terms.Rescue ? null : _teams
        .Where(t => t.Item == team.Item && t.IsOpen && t != team)
        .Where(t => !t.InviteOnly || Has(Mutant.RescueIntoAnInviteOnlyTeam))
        .Where(t => t.Terms.Rescue && t.Size == team.Size && (t.Price == team.Price || Has(Mutant.RescueAcrossPrices)))
        .Where(t => t.Terms.Offer?.Campaign == team.Terms.Offer?.Campaign)
        .Where(t => t.Terms.Offer?.Audience == team.Terms.Offer?.Audience || Has(Mutant.RescueAcrossAudiences))
        .Where(t => t.Deadline > team.Deadline || (t.Deadline == team.Deadline && Has(Mutant.RescueAtEqualDeadlines)))
        .Where(t => LiveHolds(t).Count == 0 || Has(Mutant.RescueIntoATeamWithHolds))
        .Where(t => !t.Members.Any(m => team.Members.Any(own => own.Buyer == m.Buyer)))
        .Where(t => t.Members.Count + team.Members.Count == team.Size)
        .OrderBy(t => Has(Mutant.RescueByTheOldest) ? 0 : t.Deadline).ThenBy(t => t.Id)
        .FirstOrDefault();

    private void Merge(TwinTeam absorbed, TwinTeam survivor)
    {
        long at = absorbed.Deadline;
        absorbed.State = TeamState.Merged;
        absorbed.ClosedAt = at;
        absorbed.MergedInto = survivor;
        Emit(Happened(EventKind.TeamMerged, at, absorbed, null) with { OtherTeam = survivor.Id });
        foreach (TwinOrder order in absorbed.Members)
        {
            order.Team = Has(Mutant.MergedOrdersStayBehind) ? absorbed : survivor;
            survivor.Members.Add(order);
        }

        Form(survivor, at, null);
    }

    private void Form(TwinTeam team, long at, TwinOrder? last)
    {
        team.State = TeamState.Formed;
        team.ClosedAt = at;
        team.Members.ForEach(m => m.State = OrderState.Formed);
        if (team.Terms.Offer is { } offer)
        {
            _formings.AddRange(team.Members.Select(m => (offer.Campaign, m, m.Kept)));
        }

        Emit(Happened(EventKind.TeamFormed, at, team, null) with { Order = last?.Id ?? 0 });
    }
}
