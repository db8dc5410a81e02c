using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>Holds and payments (R33).</summary>
public sealed partial class Twin
{
    private Answer Hold(Command c)
    {
        if (OrderOf(c) is { } known)
        {
            return RepeatOrConflict(known, c);
        }

        if (c.Team != 0)
        {
            return RefusalOfSeatIn(c) ?? Created(Place(c, TeamOf(c.Item, c.Team), null));
        }

        TwinTeam? best = null;
        Why why = c.OpenNew ? WhyNotOpen(c, out TwinTerms? terms) : WhyNotTakeAny(c, null, out best, out terms);
        return RefusalOfTaking(c, best, why, terms) ?? Created(Place(c, best, terms));
    }

    /// <summary>A seat of the team, or a promise to open where there is none.</summary>
    private Answer Place(Command c, TwinTeam? team, TwinTerms? promised)
    {
        TwinTerms terms = team?.Terms ?? promised!;
        long until = _now + (terms.Offer?.HoldMs ?? _options.HoldMs);
        if (team is not null && !Has(Mutant.HoldOutlivesItsTeam))
        {
            until = Math.Min(until, team.Deadline);
        }

        var hold = new TwinOrder
        {
            Item = c.Item,
            Id = c.Order,
            Buyer = c.Buyer,
            CreatedBy = Operation.Hold,
            State = OrderState.Held,
            Team = team,
            HeldTeam = team,
            Quantity = c.Quantity,
            Source = Has(Mutant.SourceDroppedAtHold) ? Source.Unknown : c.Source,
            Sharer = c.Sharer,
            Due = c.DueNamed ? c.Due : null,
            Facts = c.BuyerFacts,
            Merchant = MerchantOf(c.Item),
            Terms = terms,
            Offer = terms.Offer,
            OpenNew = c.OpenNew,
            Until = until,
        };
        _orders.Add(hold);
        Emit(Made(EventKind.HoldPlaced, team, hold) with
        {
            Quantity = c.Quantity,
            Deadline = until,
            Size = (ushort)terms.Size,
            Price = terms.Price,
            LifeMs = terms.LifeMs,
            NoRescue = !terms.Rescue,
            OpenNew = hold.OpenNew,
            Campaign = terms.Offer?.Campaign ?? 0,
            TermsVersion = terms.Offer?.Version ?? 0,
        });
        Answer held = team is null ? Accept(Outcome.Held) : AcceptSeat(Outcome.Held, team);
        return held with { Until = until };
    }

    private Answer Release(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (order?.Release is { } first)
        {
            return Again(first, c.Item);
        }

        if (order is null)
        {
            return Refuse(Outcome.UnknownOrder, 0);
        }

        if (order.State is not (OrderState.Held or OrderState.HoldEnded))
        {
            Why why = order.CreatedBy == Operation.Hold ? Why.PaidAlready : Why.OtherOperation;
            return Refuse(Outcome.OrderConflict, 35, order.Team?.Id ?? 0) with { Why = why };
        }

        order.State = OrderState.Released;
        Emit(EventKind.HoldReleased, _now, order.Team, order);
        Answer answer = Accept(Outcome.Released, order.Team);
        order.Release = answer;
        return answer;
    }

    private Answer Pay(Command c)
    {
        TwinOrder? order = OrderOf(c);
        if (order is null)
        {
            return PayUnknown(c);
        }

        bool otherPieces = order.CreatedBy == Operation.Hold && c.Quantity != 0 && c.Quantity != order.Pieces;
        if (otherPieces && !Has(Mutant.PaymentNamesThePieces))
        {
            return Refuse(Outcome.BadRequest, 33) with { Why = Why.OtherPieces };
        }

        if (RepeatedPayment(order, c) is { } repeat)
        {
            return repeat;
        }

        if (order.IsUnpaid && order.State != OrderState.Released && c.Amount < order.Due && !Has(Mutant.TooLittleIsSeated))
        {
            return OweTooLittleForHold(order, c);
        }

        Answer answer = order.State switch
        {
            OrderState.Released => OwePayment(order, RefundCause.UnknownPayment, c),
            OrderState.Held => PayInTime(order, c),
            OrderState.HoldEnded => PayLate(order, c),
            _ => OweSecondPayment(order, c),
        };
        order.Payments.Add((c.Payment, answer));
        return answer;
    }

    /// <summary>R35: without a payment id, or with one seen before, it is the payment already answered.</summary>
    private Answer? RepeatedPayment(TwinOrder order, Command c)
    {
        if (order.TooLittle.Exists(p => p.Payment == c.Payment))
        {
            return Again(order.TooLittle.Find(p => p.Payment == c.Payment).Answer, c.Item);
        }

        if (order.Payments.Count == 0 || Has(Mutant.RepeatedPaymentOwedBack))
        {
            return null;
        }

        if (c.Payment == 0 || Has(Mutant.SecondPaymentSilent))
        {
            return Again(order.Payments[0].Answer, c.Item);
        }

        return order.Payments.Exists(p => p.Payment == c.Payment)
            ? Again(order.Payments.Find(p => p.Payment == c.Payment).Answer, c.Item)
            : null;
    }

    private Answer PayUnknown(Command c)
    {
        if (Has(Mutant.UnknownPaymentSilent))
        {
            return Refuse(Outcome.UnknownOrder, 0);
        }

        // A payment says nothing of the buyer, nor of where he came from.
        TwinOrder order = Create(new() { Operation = c.Operation, Item = c.Item, Order = c.Order, Quantity = Math.Max(1, c.Quantity) });
        Answer answer = OwePayment(order, RefundCause.UnknownPayment, c);
        order.Payments.Add((c.Payment, answer));
        return answer;
    }

    private Answer PayInTime(TwinOrder order, Command c)
    {
        if (order.Team is { } held)
        {
            return Seat(order, held, c);
        }

        Command asked = AskedBy(order);
        TwinTeam? team = order.OpenNew ? null : BestAt(order.Terms!.Price, asked, order);
        bool refused = (Has(Mutant.SaleStopsAPaymentInTime) && !IsFree(WhyNotJoin(c.Item)))
            || (team is null && order.LacksSeats && IsSoldOut(order.Terms!) && !Has(Mutant.PromiseWithoutSeatsOpens));
        return refused ? OwePayment(order, RefundCause.LatePayment, c) : PayPromise(order, c, team, order.Terms!);
    }

    /// <summary>Seated in the team it held, moved to the best other, opened a team, or owed back: in this order.</summary>
    private Answer PayLate(TwinOrder order, Command c)
    {
        Command asked = AskedBy(order);
        bool fits = order.Team is { IsOpen: true } held && (SeatsLeft(held) > 0 || Has(Mutant.LatePaymentIntoAFullTeam))
            && (WhyNotAdmitted(held.Terms, asked, leads: false) == Why.Effective || Has(Mutant.PaymentIgnoresTheLimits));
        long price = order.Terms!.Offer is null ? order.Terms.Price : 0;
        TwinTeam? team = fits ? order.Team : Suiting(asked, price == 0 ? null : price).FirstOrDefault(t => t.Price <= PriceNotAbove(order));
        TwinTerms terms = order.Terms!;
        return IsFree(WhyNotJoin(c.Item)) && (team is not null || MayOpenLate(asked, order, ref terms))
            ? PayPromise(order, c, team, terms)
            : OwePayment(order, RefundCause.LatePayment, c);
    }

    private Answer PayPromise(TwinOrder order, Command c, TwinTeam? team, TwinTerms terms)
    {
        if (SeatOf(c.Item, order.Buyer, butNot: order) is not null)
        {
            return OwePayment(order, RefundCause.LatePayment, c);
        }

        if (team is not null)
        {
            return Seat(order, team, c, rerouted: order.HeldTeam is not null && order.HeldTeam != team);
        }

        return Open(order, terms, c, rerouted: order.HeldTeam is not null);
    }

    /// <summary>
    /// The best team for a holder, of one price unless that is 0: a named price is kept, a campaign's as long as he pays in time.
    /// </summary>
    private TwinTeam? BestAt(long price, Command asked, TwinOrder? held = null) =>
        Suiting(asked, price == 0 ? null : price, held).FirstOrDefault();

    /// <summary>R46: with an amount due, a payment is not moved to a dearer team than the one held, where both have a price.</summary>
    private long PriceNotAbove(TwinOrder hold) =>
        hold.Due is null || hold.Terms!.Price == 0 || Has(Mutant.MovedToADearerTeam) ? long.MaxValue : hold.Terms.Price;

    /// <summary>R46: less than is due pays for nothing. All of it goes back, and the hold lives on.</summary>
    private Answer OweTooLittleForHold(TwinOrder order, Command c)
    {
        if (Has(Mutant.TooLittleEndsTheHold))
        {
            order.State = OrderState.HoldEnded;
        }

        order.Paid += c.Amount;
        Owe(order, RefundCause.Underpaid, _now, c);
        Answer answer = Accept(Outcome.RefundOwed) with { Owed = c.Amount };
        order.TooLittle.Add((c.Payment, answer));
        return answer;
    }

    private Answer OwePayment(TwinOrder order, RefundCause cause, Command c)
    {
        order.Amount = c.Amount;
        order.Paid += c.Amount;
        order.State = OrderState.RefundOwed;
        Owe(order, cause, _now, c);
        return Accept(Outcome.RefundOwed) with { Owed = c.Amount };
    }

    private Answer OweSecondPayment(TwinOrder order, Command c)
    {
        order.Paid += c.Amount;
        Owe(order, RefundCause.SecondPayment, _now, c);
        return Accept(Outcome.RefundOwed) with { Owed = c.Amount };
    }

    /// <summary>What is kept of the order must go back.</summary>
    private void Owe(TwinOrder order, RefundCause cause, long at) => Owe(order, cause, at, new() { Amount = order.Kept });

    /// <summary>A payment must go back.</summary>
    private void Owe(TwinOrder order, RefundCause cause, long at, Command paid)
    {
        bool isNew = order.CreatedBy == Operation.Pay && cause == RefundCause.UnknownPayment;
        _refunds.Add(new() { Order = order, Cause = cause, Payment = paid.Payment, Amount = paid.Amount, Since = at });
        Emit(Happened(EventKind.RefundOwed, at, null, order) with
        {
            Via = isNew ? Operation.Pay : Operation.None,
            Merchant = isNew ? order.Merchant : 0,
            Cause = cause,
            Payment = paid.Payment,
            Amount = paid.Amount,
            Quantity = order.Pieces,
        });
    }
}
