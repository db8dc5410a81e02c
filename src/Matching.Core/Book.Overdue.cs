using System.Runtime.CompilerServices;
using Matching.Structures;

namespace Matching.Core;

/// <summary>What deadlines do (R6, R36, R40): holds end, teams merge or expire, each at its own deadline's time.</summary>
public sealed partial class Book
{
    /// <summary>
    /// Acts on everything of the item that is due by now, in order of time; at equal times holds first (R40), then teams by
    /// (deadline, id). Nearly always there is nothing: one comparison.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ActOnOverdue(ref ItemRow its, int item)
    {
        // Less one: what is not scheduled, 0, is later than all.
        if ((ulong)(its.Wheel.DueMs - 1) < (ulong)Now)
        {
            ActOnOverdueNow(item);
            Reschedule(item);
        }
    }

    private void ActOnOverdueNow(int item)
    {
        while (true)
        {
            int hold = Treap.First(Ending, _items[item].Holds);
            int team = _items[item].FirstDue;
            long until = hold == 0 ? long.MaxValue : _holds[hold].UntilMs;
            long deadline = team == 0 ? long.MaxValue : _teams[team].DeadlineMs;
            if (Math.Min(until, deadline) > Now)
            {
                return;
            }

            if (until <= deadline)
            {
                EmitOnOrder(EventKind.HoldEnded, _items[item].Id, item, _holds[hold].Order, until);
            }
            else
            {
                EndTeam(item, team);
            }

            Events.MarkBoundary();
        }
    }

    private void EndTeam(int item, int team)
    {
        ref TeamRow row = ref _teams[team];
        ExpiryLagMs = Now - row.DeadlineMs;
        int survivor = FindRescue(item, team);
        Event e = default;
        e.At = row.DeadlineMs;
        e.Item = _items[item].Id;
        e.Team = row.Id;
        if (survivor != 0)
        {
            e.Kind = EventKind.TeamMerged;
            e.OtherTeam = _teams[survivor].Id;
            Emit(e, item, team, 0);
            EmitFormed(e.Item, ref _items[item], survivor, ref _teams[survivor], 0, e.At);
            return;
        }

        e.Kind = EventKind.TeamExpired;
        Emit(e, item, team, 0);
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            ref OrderRow member = ref _orders[order];
            EmitOwed(e.Item, item, member.Id, order, RefundCause.Expired, 0, MoneyOf(order).Kept, member.Quantity, e.At);
        }
    }

    /// <summary>
    /// The team that absorbs this one at its deadline (R40). Fewest-seats-left order makes it a search from one point on: who
    /// fits has exactly as many seats left as this team has members.
    /// </summary>
    private int FindRescue(int item, int team)
    {
        ref TeamRow row = ref _teams[team];
        if (_items[item].OpenTeams < 2 || !_terms[row.Terms].Rescue)
        {
            return 0;
        }

        int root = _items[item].Joinable;
        for (int other = FirstWithSeatsLeft(root, row.Paid, row.DeadlineMs); other != 0; other = Treap.Next(Nearest, root, other))
        {
            ref TeamRow candidate = ref _teams[other];
            if (candidate.SeatsLeft != row.Paid)
            {
                return 0;
            }

            if (HaveSameTerms(candidate.Terms, row.Terms) && candidate.Held == 0 && !HaveBuyerInCommon(team, other))
            {
                return other;
            }
        }

        return 0;
    }

    /// <summary>The first joinable team at or behind (seats left, a deadline later than this).</summary>
    private int FirstWithSeatsLeft(int root, int seatsLeft, long afterMs)
    {
        int found = 0;
        while (root != 0)
        {
            ref TeamRow row = ref _teams[root];
            if (row.SeatsLeft > seatsLeft || (row.SeatsLeft == seatsLeft && row.DeadlineMs > afterMs))
            {
                found = root;
                root = row.Left;
            }
            else
            {
                root = row.Right;
            }
        }

        return found;
    }

    /// <summary>
    /// Equal in all that a buyer was promised: size, price, campaign, audience (R40). Lives show in the deadlines, which differ
    /// anyway, and a version may have changed what no member sees, such as the quota.
    /// </summary>
    private bool HaveSameTerms(int one, int other)
    {
        if (one == other)
        {
            return true;
        }

        (FrozenTerms first, FrozenTerms second) = (_terms[one], _terms[other]);
        return first with { LifeMs = 0, Version = 0 } == second with { LifeMs = 0, Version = 0 }
            && (first.Campaign == 0
                || _campaigns[first.Campaign][first.Version]!.Audience == _campaigns[first.Campaign][second.Version]!.Audience);
    }

    private bool HaveBuyerInCommon(int team, int other)
    {
        for (int order = _teams[team].FirstMember; order != 0; order = _orders[order].NextMember)
        {
            if (SeatIn(_teams[other], _orders[order].Buyer) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Brings the item's place in the wheel up to its first due time.</summary>
    private void Reschedule(int item)
    {
        ref ItemRow row = ref _items[item];
        int hold = Treap.First(Ending, row.Holds);
        long due = row.FirstDue == 0 ? long.MaxValue : _teams[row.FirstDue].DeadlineMs;
        due = hold == 0 ? due : Math.Min(due, _holds[hold].UntilMs);
        if (row.Wheel.DueMs == due)
        {
            return;
        }

        if (row.Wheel.DueMs != 0)
        {
            _wheel.Cancel(item);
        }

        if (due != long.MaxValue)
        {
            _wheel.Schedule(item, due);
        }
    }

    /// <summary>Something of the item is due at this time: the wheel must not look later than that.</summary>
    private void ScheduleBy(int item, long dueMs) => ScheduleBy(ref _items[item], item, dueMs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScheduleBy(ref ItemRow row, int item, long dueMs)
    {
        // Less one: what is not scheduled, 0, is later than all.
        if ((ulong)(dueMs - 1) < (ulong)(row.Wheel.DueMs - 1))
        {
            ScheduleSooner(row.Wheel.DueMs, item, dueMs);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScheduleSooner(long due, int item, long dueMs)
    {
        if (due != 0)
        {
            _wheel.Cancel(item);
        }

        _wheel.Schedule(item, dueMs);
    }
}
