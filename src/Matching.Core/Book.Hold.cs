using Matching.Core.Campaigns;
using Matching.Core.Tables;

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
        OfferedTerms? offered = null;
        if (c.Team != 0)
        {
            if (!MayEnter(c, item, out team, ref a))
            {
                return;
            }
        }
        else
        {
            ref ItemRow its = ref _items[item];
            bool may = c.OpenNew
                ? MayOpen(c, its, item, out offered, ref a)
                : MayTakeAny(c, ref its, item, PriceRange.Any, out team, out offered, ref a);
            if (!may || !MayTake(c, ref its, item, team, offered, ref a))
            {
                return;
            }
        }

        ref readonly FrozenTerms terms = ref team == 0 ? ref offered!.Terms : ref _terms[_teams[team].Terms];
        long until = HoldEnd(team, terms);
        EmitHold(c, item, team, terms, until);
        Accept(ref a, Outcome.Held);
        a.Until = until;
        if (team != 0)
        {
            AnswerTeam(_teams[team], ref a);
        }
    }

    private long HoldEnd(int team, in FrozenTerms terms)
    {
        long until = Now + (terms.Campaign == 0 ? Options.HoldMs : _campaigns[terms.Campaign][terms.Version]!.HoldMs);
        return team == 0 ? until : Math.Min(until, _teams[team].DeadlineMs);
    }

    private void EmitHold(in Command c, int item, int team, in FrozenTerms terms, long until)
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
        Describe(c, item, ref e);
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
        if (row.CreatedBy == Operation.Hold && c.Quantity != 0 && c.Quantity != PiecesOf(row))
        {
            a.Why = Why.OtherPieces;
            a.Outcome = Outcome.BadRequest;
            a.Rule = 33;
        }
        else if (row.CreatedBy == Operation.Hold
            && _refunds.Find(row.FirstRefund, RefundCause.Underpaid, c.Payment) is var tooLittle and not 0)
        {
            Repeat(ref a, Outcome.RefundOwed);
            a.Owed = _refunds[tooLittle].Amount;
        }
        else if (row.Hold == 0)
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

    /// <summary>The first payment of a hold, in time or late: seated, moved, opened or owed back, tried in this order (R33).</summary>
    private void PayHold(in Command c, int item, int order, ref Answer a)
    {
        if (c.Amount < _holds[_orders[order].Hold].Details.Due)
        {
            // The hold lives on: what comes with the right amount pays it (R46).
            PayBack(c, item, order, RefundCause.Underpaid, ref a);
            return;
        }

        bool live = _orders[order].State == OrderState.Held;
        int held = _orders[order].Team;
        Command paid = PaidBy(c, order);
        if (live && held != 0)
        {
            Seat(paid, ref _items[item], item, held, order, rerouted: false, ref a);
            return;
        }

        Command asked = AskedBy(order);
        ref HoldRow hold = ref _holds[_orders[order].Hold];
        FrozenTerms terms = _terms[hold.Terms];
        int team = 0;
        bool seated = FindSeat(ref _items[item], item, asked.Buyer, but: order) == 0
            && (live ? MayPayPromise(asked, item, order, terms, out team) : MayPayLate(asked, item, hold, ref terms, out team));
        bool rerouted = hold.FirstTeam != 0 && team != hold.FirstTeam;
        if (!seated)
        {
            PayBack(c, item, order, RefundCause.LatePayment, ref a);
        }
        else if (team != 0)
        {
            Seat(paid, ref _items[item], item, team, order, rerouted, ref a);
        }
        else
        {
            Open(paid, ref _items[item], item, order, _namedTerms.Of(terms), rerouted, ref a);
        }
    }

    /// <summary>
    /// Where the payment of a live promise goes: to a team of the price held, else it opens one, where <paramref name="team"/> is 0, under
    /// the terms held (R33). False where the quota never had seats for it and has none now (R42).
    /// </summary>
    private bool MayPayPromise(in Command asked, int item, int order, in FrozenTerms terms, out int team)
    {
        ref HoldRow hold = ref _holds[_orders[order].Hold];
        PriceRange price = terms.Price == 0 ? PriceRange.Any : PriceRange.Exactly(terms.Price);
        team = hold.OpenNew ? 0 : BestFor(ref _items[item], price, asked, held: order);
        return team != 0 || !hold.WithoutSeats || HasQuota(terms).Ok;
    }

    /// <summary>
    /// Where a late payment goes: to the team held, to the best other one, which may have another price under a campaign, else it opens
    /// one, where <paramref name="team"/> is 0, as the campaign has it now. False where rules, limits or quota leave no room (R14, R15,
    /// R34, R42).
    /// </summary>
    private bool MayPayLate(in Command asked, int item, in HoldRow hold, ref FrozenTerms terms, out int team)
    {
        team = hold.FirstTeam;
        if (!ToJoin(_items[item]).Ok)
        {
            return false;
        }

        if (team == 0 || _teams[team].State != TeamState.Open || _teams[team].SeatsLeft == 0
            || !Suits(_teams[team].Terms, PriceRange.Any, asked, 0))
        {
            team = BestFor(ref _items[item], PricesWhenLate(hold, terms), asked);
        }

        if (team != 0)
        {
            return true;
        }

        if (!ToOpen(asked, _items[item], out OfferedTerms present).Ok
            || (hold.Details.Due is not null && IsDearer(present.Terms.Price, terms.Price)))
        {
            return false;
        }

        // Under default terms the hold's own ones stand: nothing newer was offered.
        terms = present.Terms.Campaign == 0 ? terms : present.Terms;
        return Admits(terms, asked, leads: true).Ok && HasQuota(terms).Ok;
    }

    /// <summary>
    /// Prices of the teams that a late payment may be moved to: the one named, under a campaign any, and with an amount due none that is
    /// dearer than the one held (R33, R46).
    /// </summary>
    private static PriceRange PricesWhenLate(in HoldRow hold, in FrozenTerms terms) =>
        terms.Price == 0 ? PriceRange.Any
        : terms.Campaign == 0 ? PriceRange.Exactly(terms.Price)
        : hold.Details.Due is null ? PriceRange.Any
        : PriceRange.UpTo(terms.Price);

    /// <summary>
    /// What the buyer of an order would ask for, as the storefront said of him when it was made. Who is not known to be new counts as old:
    /// he was let in then (R21).
    /// </summary>
    private Command AskedBy(int order)
    {
        ref OrderRow row = ref _orders[order];
        bool isNew = (row.Flags & OrderFlags.NewBuyer) != OrderFlags.None;
        return new Command
        {
            Item = _items[row.Item].Id,
            Order = row.Id,
            Buyer = row.Buyer,
            Quantity = PiecesOf(row),
            BuyerFacts = new BuyerFacts(isNew ? BuyerStanding.New : BuyerStanding.Old, row.Tier),
        };
    }

    /// <summary>An order that its join or purchase paid is paid once more (R35).</summary>
    private void PayAgain(in Command c, int item, int order, ref Answer a)
    {
        if (FindSecondPayment(order, c.Payment) is var second and not 0)
        {
            Repeat(ref a, Outcome.RefundOwed);
            a.Owed = _refunds[second].Amount;
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
        if (!c.Payment.IsNone && !_payments.Is(hold.Payment, PaymentKey.Of(c.Payment)))
        {
            PayAgain(c, item, order, ref a);
            return;
        }

        Repeat(ref a, hold.Paid);
        a.Owed = OwedAtPayment(order);
        if (hold.Paid != Outcome.RefundOwed)
        {
            AnswerTeam(_teams[_orders[order].Team], ref a);
            a.Rerouted = hold.Rerouted;
        }
    }

    /// <summary>The entry of a second payment; without an id (0) the first one is meant, whatever its id (R35). 0 for none.</summary>
    private int FindSecondPayment(int order, in PaymentId payment)
    {
        int first = _orders[order].FirstRefund;
        return payment.IsNone
            ? _refunds.Find(first, RefundCause.SecondPayment)
            : _refunds.Find(first, RefundCause.SecondPayment, payment);
    }

    /// <summary>Money that can be seated nowhere goes back: it is never silent (R33).</summary>
    private void PayBack(in Command c, int item, int order, RefundCause cause, ref Answer a)
    {
        int pieces = order == 0 ? Math.Max(c.Quantity, 1) : PiecesOf(_orders[order]);
        EmitOwed(c.Item, item, c.Order, order, cause, c.Payment, c.Amount, pieces, Now);
        Accept(ref a, Outcome.RefundOwed);
        a.Owed = c.Amount;
    }

    private void EmitOwed(
        long itemId, int item, long orderId, int order, RefundCause cause, in PaymentId payment, long amount, int quantity, long at)
    {
        Event e = default;
        e.Kind = EventKind.RefundOwed;
        e.Via = order == 0 ? Operation.Pay : Operation.None;
        e.Cause = cause;
        e.At = at;
        e.Item = itemId;
        e.Order = orderId;
        e.Buyer = order == 0 ? 0 : _orders[order].Buyer;
        e.Merchant = order == 0 ? PresentMerchant(_items[item]) : 0;
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

        if (IsTooLittle(c))
        {
            OweTooLittle(c, item, 0, default, ref a);
            return;
        }

        Event e = default;
        e.Kind = EventKind.SoloBought;
        e.Via = Operation.SoloBuy;
        e.At = Now;
        e.Item = c.Item;
        e.Order = c.Order;
        Describe(c, item, ref e);
        e.Amount = c.Amount;
        e.Quantity = c.Quantity;
        Emit(e, item, 0, 0);
        Accept(ref a, Outcome.Bought);
        if (c.DueNamed)
        {
            OweDifferences(c, item, 0, 0, ref a);
        }
    }
}
