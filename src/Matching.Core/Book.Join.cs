using System.Runtime.CompilerServices;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>Opening and joining (R2, R4, R31), and what their repeats return (R35).</summary>
public sealed partial class Book
{
    private void OpenTeam(in Command c, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
            return;
        }

        Verdict verdict = MayOpen(c, item, out FrozenTerms terms);
        if (MayTake(c, item, 0, verdict, terms, ref a))
        {
            Take(c, item, 0, terms, ref a);
        }
    }

    private void QuickJoin(in Command c, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
            return;
        }

        Verdict verdict = MayTakeAny(c, item, PricesOf(c), out int team, out FrozenTerms terms);
        if (MayTake(c, item, team, verdict, terms, ref a))
        {
            Take(c, item, team, terms, ref a);
        }
    }

    /// <summary>The buyer may: seats his order in the team, or opens one where that is 0, if what he pays is what is due (R46).</summary>
    private void Take(in Command c, int item, int team, in FrozenTerms terms, ref Answer a)
    {
        if (IsTooLittle(c))
        {
            OweTooLittle(c, item, team, terms, ref a);
        }
        else if (team != 0)
        {
            Seat(c, item, team, 0, rerouted: false, ref a);
        }
        else
        {
            Open(c, item, 0, terms, rerouted: false, ref a);
        }
    }

    private static PriceRange PricesOf(in Command c) => c.PriceNamed ? PriceRange.Exactly(c.Price) : PriceRange.Any;

    /// <summary>The best team that suits the buyer, or the terms to open one under; and what the campaign says to it (R4, R21).</summary>
    private Verdict MayTakeAny(in Command c, int item, PriceRange prices, out int team, out FrozenTerms terms)
    {
        team = 0;
        terms = default;
        Verdict verdict = ToJoin(item);
        if (!verdict.Ok)
        {
            return verdict;
        }

        team = BestFor(item, prices, c);
        if (team == 0)
        {
            return MayOpen(c, item, out terms);
        }

        terms = _terms[_teams[team].Terms];
        return Verdict.Allowed;
    }

    /// <summary>
    /// The refusals of taking a seat that any team could give, in the order of the line protocol: the campaign's, R31, and for a team
    /// to be opened, where <paramref name="team"/> is 0, the quota: one that is open has its seats.
    /// </summary>
    private bool MayTake(in Command c, int item, int team, Verdict verdict, in FrozenTerms terms, ref Answer a)
    {
        if (!verdict.Ok)
        {
            RefuseBy(verdict, c, item, team, ref a);
            return false;
        }

        int seat = FindSeat(item, c.Buyer);
        if (seat != 0)
        {
            RefuseSeated(seat, ref a);
            return false;
        }

        if (team != 0 || HasQuota(terms) is not { Ok: false } soldOut)
        {
            return true;
        }

        RefuseBy(soldOut, c, item, team, ref a);
        return false;
    }

    private void JoinTeam(in Command c, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
        }
        else if (MayEnter(c, item, out int team, ref a))
        {
            Take(c, item, team, _terms[_teams[team].Terms], ref a);
        }
    }

    /// <summary>Whether the buyer may take a seat of the team named; otherwise the refusal, in the order of the line protocol.</summary>
    private bool MayEnter(in Command c, int item, out int team, ref Answer a)
    {
        team = item == 0 ? 0 : FindTeam(item, c.Team);
        if (team == 0 || !IsInvited(c, team))
        {
            team = 0;
            a.Team = c.Team;
            Refuse(ref a, Outcome.UnknownTeam, 0, c, item, 0);
            return false;
        }

        ref TeamRow row = ref _teams[team];
        (Outcome outcome, byte rule) = row.State switch
        {
            TeamState.Dissolved => (Outcome.Closed, (byte)7),
            TeamState.Merged => (Outcome.Closed, (byte)40),
            TeamState.Expired => (Outcome.TooLate, (byte)3),
            TeamState.Formed => (Outcome.Full, (byte)30),
            _ => (Outcome.None, (byte)0),
        };
        if (outcome != Outcome.None)
        {
            Refuse(ref a, outcome, rule, c, item, team);
            return false;
        }

        Verdict verdict = MayJoin(c, item, team);
        if (verdict.Ok && row.SeatsLeft == 0 && FindSeat(item, c.Buyer) == 0)
        {
            Refuse(ref a, Outcome.Full, 30, c, item, team);
            return false;
        }

        return MayTake(c, item, team, verdict, _terms[row.Terms], ref a);
    }

    /// <summary>Seats an order in a team with a seat left, or in the seat it holds there; forms the team with its last seat.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Seat(in Command c, int item, int team, int order, bool rerouted, ref Answer a)
    {
        Event e = default;
        e.Kind = EventKind.SeatTaken;
        e.Via = c.Operation;
        e.Rerouted = rerouted;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        Describe(c, item, order, ref e);
        ref TeamRow row = ref _teams[team];
        e.Team = row.Id;
        e.Amount = c.Amount;
        e.Quantity = order == 0 ? c.Quantity : PiecesOf(_orders[order]);
        e.Payment = c.Payment;
        Events.Append(e);
        ChangeSeatTaken(e, item, team, order);
        if (c.DueNamed | (order != 0))
        {
            OweDifferences(c, item, team, order, ref a);
        }

        a.Outcome = Outcome.Joined;
        if (row.Paid == row.Size)
        {
            EmitFormed(c.Item, item, team, c.Order, Now);
            a.Outcome = Outcome.Formed;
        }

        AnswerSeated(row, rerouted, ref a);
    }

    /// <summary>Opens a team under terms; its leader's order may be a hold's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(in Command c, int item, int order, in FrozenTerms terms, bool rerouted, ref Answer a)
    {
        Event e = default;
        e.Kind = EventKind.TeamOpened;
        e.Via = c.Operation;
        e.InviteOnly = c.InviteOnly && c.Operation == Operation.OpenTeam;
        e.Invite = e.InviteOnly ? c.Invite : 0;
        e.Rerouted = rerouted;
        e.NoRescue = !terms.Rescue;
        e.Campaign = terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id;
        e.TermsVersion = terms.Version;
        e.Size = (ushort)terms.Size;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        Describe(c, item, order, ref e);
        e.Team = _directory.NextId(PartitionOf(c.Item));
        e.Deadline = Now + terms.LifeMs;
        e.Price = terms.Price;
        e.Amount = c.Amount;
        e.Quantity = order == 0 ? c.Quantity : PiecesOf(_orders[order]);
        e.Payment = c.Payment;
        Events.Append(e);
        int team = ChangeTeamOpened(e, item, order);
        if (c.DueNamed | (order != 0))
        {
            OweDifferences(c, item, team, order, ref a);
        }

        a.Outcome = Outcome.Opened;
        a.Invite = InviteOf(team);
        AnswerSeated(_teams[team], rerouted, ref a);
    }

    /// <summary>
    /// What an event says of whose order it is and where it came from. One that makes the order says all that the command does; one
    /// that seats an order which was held says it as the hold has it, and no more: a payment carries none of it (R33).
    /// </summary>
    private void Describe(in Command c, int item, int order, ref Event e)
    {
        if (order != 0)
        {
            ref OrderRow row = ref _orders[order];
            e.Buyer = row.Buyer;
            e.Source = row.Source;
            e.NewBuyer = (row.Flags & OrderFlags.NewBuyer) != OrderFlags.None;
            return;
        }

        e.Buyer = c.Buyer;
        e.Source = c.Source;
        e.NewBuyer = c.BuyerFacts.Standing == BuyerStanding.New;
        e.Tier = c.BuyerFacts.Tier;
        e.DueNamed = c.DueNamed;
        e.Due = c.Due;
        e.Sharer = c.Sharer;
        e.Merchant = PresentMerchant(item);
    }

    private void EmitFormed(long itemId, int item, int team, long order, long at)
    {
        Events.AppendFormed(at, itemId, order, _teams[team].Id);
        ChangeTeamFormed(at, item, team, order);
    }

    private static void AnswerSeated(in TeamRow team, bool rerouted, ref Answer a)
    {
        a.Ok = true;
        a.Rerouted = rerouted;
        AnswerTeam(team, ref a);
    }

    private static void AnswerTeam(in TeamRow row, ref Answer a)
    {
        a.Team = row.Id;
        a.Deadline = row.DeadlineMs;
        a.SeatsLeft = row.State == TeamState.Open ? row.SeatsLeft : 0;
    }

    /// <summary>The default terms, with the size and the price the command names.</summary>
    private FrozenTerms TermsOf(in Command c) => new(
        c.Size != 0 ? c.Size : Options.TeamSize, c.PriceNamed ? c.Price : 0, Options.TeamLifeMs, Options.Rescue, 0, 0);

    /// <summary>An order that exists is sent again: the first outcome for the same command, a conflict for any other (R35).</summary>
    private void RepeatCreation(in Command c, int order, ref Answer a)
    {
        ref OrderRow row = ref _orders[order];
        int team = row.Hold != 0 ? _holds[row.Hold].FirstTeam : row.Team;
        Why other = row.CreatedBy != c.Operation ? Why.OtherOperation
            : row.Buyer != c.Buyer ? Why.OtherBuyer
            : c.Operation == Operation.JoinTeam && _teams[team].Id != c.Team ? Why.OtherTeam
            : Why.Effective;
        if (other != Why.Effective)
        {
            Conflict(other, ref a);
            return;
        }

        Repeat(ref a, row.First);
        a.Owed = c.Operation == Operation.Hold ? 0 : OwedAtPayment(order);
        if (row.First == Outcome.RefundOwed)
        {
            a.Team = IdOf(team);
        }
        else if (team != 0)
        {
            AnswerTeam(_teams[team], ref a);
            a.Invite = c.Operation == Operation.OpenTeam && (row.Flags & OrderFlags.OutOfTeam) == OrderFlags.None ? InviteOf(team) : 0;
        }

        a.Until = row.Hold != 0 ? _holds[row.Hold].UntilMs : 0;
    }

    private static void Repeat(ref Answer a, Outcome first)
    {
        a.Outcome = first;
        a.Ok = true;
        a.Repeated = true;
    }

    private static void Conflict(Why why, ref Answer a)
    {
        a.Why = why;
        a.Outcome = Outcome.OrderConflict;
        a.Rule = 35;
    }

    /// <summary>
    /// Names the team in which the buyer has a seat, or the order of his promise to open one. There is none to suggest: he may have no
    /// other (R31).
    /// </summary>
    private void RefuseSeated(int seat, ref Answer a)
    {
        a.Outcome = Outcome.AlreadyMember;
        a.Rule = 31;
        int team = _orders[seat].Team;
        if (team != 0)
        {
            a.Team = _teams[team].Id;
        }
        else
        {
            a.Holding = _orders[seat].Id;
        }
    }

    /// <summary>A refusal that names the team concerned, and suggests the best other one that would take who asks (R39).</summary>
    private void Refuse(ref Answer a, Outcome outcome, byte rule, in Command c, int item, int team)
    {
        a.Outcome = outcome;
        a.Rule = rule;
        if (team != 0)
        {
            a.Team = _teams[team].Id;
        }

        // Money of an unknown order has no buyer.
        bool mayJoin = item != 0 && c.Buyer != 0 && ToJoin(item).Ok && FindSeat(item, c.Buyer) == 0;
        int other = mayJoin ? BestFor(item, PricesOf(c), c, but: team) : 0;
        a.Suggest = other == 0 ? 0 : _teams[other].Id;
    }
}
