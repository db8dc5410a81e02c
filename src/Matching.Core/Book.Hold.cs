using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>Holds, their payments and solo orders (R9, R33).</summary>
public sealed partial class Book
{
    private void Hold(in Command c, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
            return;
        }

        int team = 0;
        Terms terms = default;
        if (c.Team != 0)
        {
            if (!MayEnter(c, item, out team, ref a))
            {
                return;
            }
        }
        else
        {
            Verdict verdict = c.OpenNew ? MayOpen(c, item, out terms) : MayTakeAny(c, item, -1, out team, out terms);
            if (!MayTake(c, item, team, verdict, terms, ref a))
            {
                return;
            }
        }

        terms = team == 0 ? terms : _terms[_teams[team].Terms];
        long until = HoldEnd(team, terms);
        EmitHold(c, item, team, terms, until);
        Accept(ref a, Outcome.Held);
        a.Until = until;
        if (team != 0)
        {
            AnswerTeam(team, ref a);
        }
    }

    private long HoldEnd(int team, in Terms terms)
    {
        long until = Now + (terms.Campaign == 0 ? Options.HoldMs : _campaigns[terms.Campaign][terms.Version]!.HoldMs);
        return team == 0 ? until : Math.Min(until, _teams[team].DeadlineMs);
    }

    private void EmitHold(in Command c, int item, int team, in Terms terms, long until)
    {
        Event e = default;
        e.Kind = EventKind.HoldPlaced;
        e.Via = Operation.Hold;
        e.OpenNew = c.OpenNew;
        e.NoRescue = !terms.Rescue;
        e.Size = (ushort)terms.Size;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        e.Quantity = c.Quantity;
        Describe(c, item, 0, ref e);
        e.Team = team == 0 ? 0 : _teams[team].Id;
        e.Deadline = until;
        e.Price = terms.Price;
        e.LifeMs = terms.LifeMs;
        e.Campaign = terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id;
        e.TermsVersion = terms.Version;
        Emit(e, item, team, 0);
    }

    private void Pay(in Command c, int item, int order, ref Answer a)
    {
        if (order == 0)
        {
            PayBack(c, item, order, RefundCause.UnknownPayment, ref a);
            return;
        }

        ref OrderRow row = ref _orders[order];
        if (row.Hold == 0)
        {
            PayAgain(c, item, order, ref a);
        }
        else if (_holds[row.Hold].Paid != Outcome.None)
        {
            RepeatPayment(c, item, order, ref a);
        }
        else if (row.State == OrderState.Released)
        {
            PayBack(c, item, order, RefundCause.UnknownPayment, ref a);
        }
        else
        {
            PayHold(c, item, order, ref a);
        }
    }

    /// <summary>The first payment of a hold, in time or late: seated, moved, opened or owed back (R33).</summary>
    private void PayHold(in Command c, int item, int order, ref Answer a)
    {
        ref HoldRow hold = ref _holds[_orders[order].Hold];
        bool live = _orders[order].State == OrderState.Held;
        int held = _orders[order].Team;
        if (live && held != 0)
        {
            Seat(c, item, held, order, rerouted: false, ref a);
            return;
        }

        if (FindSeat(item, _orders[order].Buyer) != 0)
        {
            PayBack(c, item, order, RefundCause.LatePayment, ref a);
            return;
        }

        Terms terms = _terms[hold.Terms];
        int team = 0;
        if (!live && hold.FirstTeam != 0 && _teams[hold.FirstTeam].State == TeamState.Open && _teams[hold.FirstTeam].SeatsLeft > 0)
        {
            team = hold.FirstTeam;
        }
        else if (!live || !hold.OpenNew)
        {
            // In time the terms stand under which it was held; late, those of a campaign no longer do, and any price will.
            bool anyPrice = terms.Price == 0 || (!live && terms.Campaign != 0);
            team = BestFor(item, anyPrice ? -1 : terms.Price, FactsOf(order));
        }

        if (!live && !MayPayLate(c, item, order, team, ref terms))
        {
            PayBack(c, item, order, RefundCause.LatePayment, ref a);
            return;
        }

        bool rerouted = hold.FirstTeam != 0 && team != hold.FirstTeam;
        if (team != 0)
        {
            Seat(c, item, team, order, rerouted, ref a);
        }
        else
        {
            Open(c, item, order, terms, rerouted, ref a);
        }
    }

    /// <summary>What is known of a holder when he pays: he was let in when he held, so only being new or not still matters (R21).</summary>
    private BuyerFacts FactsOf(int order) =>
        new((_orders[order].Flags & OrderFlags.NewBuyer) != OrderFlags.None ? BuyerStanding.New : BuyerStanding.Old, byte.MaxValue);

    /// <summary>
    /// Whether a payment that comes late may be seated in a team, or open one where <paramref name="team"/> is 0: only as the
    /// campaign has it now (R14, R15, R34), and limits and quota count anew (R42).
    /// </summary>
    private bool MayPayLate(in Command c, int item, int order, int team, ref Terms terms)
    {
        if (!ToJoin(item).Ok)
        {
            return false;
        }

        Terms wanted = team == 0 ? default : _terms[_teams[team].Terms];
        if (team == 0)
        {
            Command asked = c;
            asked.Buyer = _orders[order].Buyer;
            asked.BuyerFacts = FactsOf(order);
            if (!MayOpen(asked, item, out wanted).Ok)
            {
                return false;
            }

            // Under default terms the hold's own ones stand: nothing newer was offered.
            terms = wanted.Campaign == 0 ? terms : wanted;
            return HasQuota(terms).Ok;
        }

        return MayPayLate(wanted, order, c.Quantity);
    }

    /// <summary>An order that its join or purchase paid is paid once more (R35).</summary>
    private void PayAgain(in Command c, int item, int order, ref Answer a)
    {
        if (HasSecondPayment(order, c.Payment))
        {
            Repeat(ref a, Outcome.RefundOwed);
        }
        else
        {
            PayBack(c, item, order, RefundCause.SecondPayment, ref a);
        }
    }

    /// <summary>An order that a payment paid is paid again: the first payment repeated, or a second one (R35).</summary>
    private void RepeatPayment(in Command c, int item, int order, ref Answer a)
    {
        ref HoldRow hold = ref _holds[_orders[order].Hold];
        if (c.Payment != 0 && c.Payment != hold.Payment)
        {
            PayAgain(c, item, order, ref a);
            return;
        }

        Repeat(ref a, hold.Paid);
        if (hold.Paid != Outcome.RefundOwed)
        {
            AnswerTeam(_orders[order].Team, ref a);
            a.Rerouted = hold.Rerouted;
        }
    }

    /// <summary>Whether a second payment of this id is known; without an id (0) the first one is meant, whatever its id (R35).</summary>
    private bool HasSecondPayment(int order, long payment)
    {
        for (int refund = _orders[order].FirstRefund; refund != 0; refund = _refunds[refund].Next)
        {
            if (_refunds[refund].Cause == RefundCause.SecondPayment && (payment == 0 || _refunds[refund].Payment == payment))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Money that can be seated nowhere goes back: it is never silent (R33).</summary>
    private void PayBack(in Command c, int item, int order, RefundCause cause, ref Answer a)
    {
        EmitOwed(c.Item, item, c.Order, order, cause, c.Payment, c.Amount, c.Quantity, Now);
        a.Outcome = Outcome.RefundOwed;
        a.Ok = true;
    }

    private void EmitOwed(
        long itemId, int item, long orderId, int order, RefundCause cause, long payment, long amount, int quantity, long at)
    {
        Event e = default;
        e.Kind = EventKind.RefundOwed;
        e.Via = order == 0 ? Operation.Pay : Operation.None;
        e.Cause = cause;
        e.At = at;
        e.Item = itemId;
        e.Order = orderId;
        e.Buyer = order == 0 ? 0 : _orders[order].Buyer;
        e.Merchant = order == 0 ? PresentMerchant(item) : 0;
        e.Payment = payment;
        e.Amount = amount;
        e.Quantity = quantity;
        Emit(e, item, 0, order);
    }

    private void SoloBuy(in Command c, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
            return;
        }

        Event e = default;
        e.Kind = EventKind.SoloBought;
        e.Via = Operation.SoloBuy;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        Describe(c, item, 0, ref e);
        e.Amount = c.Amount;
        e.Quantity = c.Quantity;
        Emit(e, item, 0, 0);
        a.Outcome = Outcome.Bought;
        a.Ok = true;
    }
}
