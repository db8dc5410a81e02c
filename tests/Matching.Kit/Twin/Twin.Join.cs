using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>Opening, joining and buying alone (R2, R4, R9, R30–R32).</summary>
public sealed partial class Twin
{
    private Answer OpenTeam(Command c)
    {
        if (OrderOf(c) is { } known)
        {
            return RepeatOrConflict(known, c);
        }

        Why why = WhyNotOpen(c, out TwinTerms terms);
        return RefusalOfTaking(c, null, why, terms) ?? TooLittle(c, null, terms) ?? Created(Open(Create(c), terms, c));
    }

    private Answer QuickJoin(Command c)
    {
        if (OrderOf(c) is { } known)
        {
            return RepeatOrConflict(known, c);
        }

        long? price = c.PriceNamed && !Has(Mutant.QuickJoinIgnoresThePrice) ? c.Price : null;
        Why why = WhyNotTakeAny(c, price, out TwinTeam? best, out TwinTerms? terms);
        return RefusalOfTaking(c, best, why, terms)
            ?? TooLittle(c, null, terms)
            ?? Created(best is not null ? Seat(Create(c), best, c) : Open(Create(c), terms!, c));
    }

    /// <summary>The best team that suits, or the terms to open one under, and what stands against it.</summary>
    private Why WhyNotTakeAny(Command c, long? price, out TwinTeam? best, out TwinTerms? terms)
    {
        Why why = WhyNotJoin(c.Item);
        best = IsFree(why) ? Suiting(c, price).FirstOrDefault() : null;
        terms = best?.Terms;
        return !IsFree(why) ? why : best is null ? WhyNotOpen(c, out terms) : WhyNotAdmitted(best.Terms, c, leads: false);
    }

    private Answer JoinTeam(Command c)
    {
        if (OrderOf(c) is { } known)
        {
            return RepeatOrConflict(known, c);
        }

        TwinTeam? team = TeamOf(c.Item, c.Team);
        return RefusalOfSeatIn(c) ?? TooLittle(c, team, team!.Terms) ?? Created(Seat(Create(c), team, c));
    }

    private Answer SoloBuy(Command c)
    {
        if (OrderOf(c) is { } known)
        {
            return RepeatOrConflict(known, c);
        }

        if (TooLittle(c, null, null) is { } owed)
        {
            return owed;
        }

        TwinOrder order = Create(c);
        order.State = OrderState.Bought;
        order.Paid += c.Amount;
        Emit(Made(EventKind.SoloBought, null, order) with
        {
            Amount = c.Amount,
            Quantity = c.Quantity,
        });
        return Created(Accept(Outcome.Bought) with { Owed = GiveBackTooMuch(order, null, c) });
    }

    /// <summary>R46: a join or purchase that brings less than is due makes an order whose money is owed, and nothing else.</summary>
    private Answer? TooLittle(Command c, TwinTeam? named, TwinTerms? terms)
    {
        if (!c.DueNamed || c.Amount >= c.Due || Has(Mutant.TooLittleIsSeated))
        {
            return null;
        }

        TwinOrder order = Create(c);
        order.Team = named;
        order.Offer = terms?.Offer;
        order.Paid = c.Amount;
        order.State = OrderState.RefundOwed;
        _refunds.Add(new() { Order = order, Cause = RefundCause.Underpaid, Payment = 0, Amount = c.Amount, Since = _now });
        Emit(Made(EventKind.RefundOwed, named, order) with
        {
            Cause = RefundCause.Underpaid,
            Amount = c.Amount,
            Quantity = c.Quantity,
            Campaign = terms?.Offer?.Campaign ?? 0,
            TermsVersion = terms?.Offer?.Version ?? 0,
        });
        return Created(Accept(Outcome.RefundOwed, named) with { Owed = c.Amount });
    }

    /// <summary>
    /// R46: of what was just paid, what is beyond the amount due, and what a cheaper team than the one held makes of that.
    /// </summary>
    private long GiveBackTooMuch(TwinOrder order, TwinTeam? team, Command c)
    {
        order.Kept = c.Amount;
        if (order.Due is not { } due || Has(Mutant.DifferenceNotOwed))
        {
            return 0;
        }

        long owed = GiveBack(order, RefundCause.Overpaid, c, c.Amount - due);
        int pieces = Has(Mutant.CheaperTeamAtTheHeldPrice) ? 0 : Has(Mutant.DifferenceOfOnePiece) ? 1 : order.Pieces;
        decimal cheaper = order.Terms is { Price: > 0 } held && team is { Price: > 0 } ? (decimal)(held.Price - team.Price) * pieces : 0;
        return owed + GiveBack(order, RefundCause.PriceDifference, c, (long)Math.Clamp(cheaper, 0, Math.Max(0, due)));
    }

    private long GiveBack(TwinOrder order, RefundCause cause, Command c, long fen)
    {
        if (fen <= 0)
        {
            return 0;
        }

        order.Kept -= fen;
        Owe(order, cause, _now, c with { Amount = fen });
        return fen;
    }

    /// <summary>Why the buyer may not have a seat of the team he names; null when he may.</summary>
    private Answer? RefusalOfSeatIn(Command c)
    {
        TwinTeam? team = TeamOf(c.Item, c.Team) is { } named && IsInvited(c, named) ? named : null;
        Answer No(Outcome outcome, int rule) => RefuseAndSuggest(outcome, rule, c, c.Team);
        Why why = !IsFree(WhyNotJoin(c.Item)) || team is null ? WhyNotJoin(c.Item) : WhyNotAdmitted(team.Terms, c, leads: false);
        return team?.State switch
        {
            null => No(Outcome.UnknownTeam, 0),
            TeamState.Dissolved => No(Outcome.Closed, 7),
            TeamState.Merged => No(Outcome.Closed, 40),
            TeamState.Expired => No(Outcome.TooLate, 3),
            TeamState.Formed => No(Outcome.Full, 30),
            _ when IsFree(why) && SeatOf(c.Item, c.Buyer) is null && SeatsLeft(team) == 0 => No(Outcome.Full, 30),
            _ => RefusalOfTaking(c, team, why, team.Terms),
        };
    }

    /// <summary>R2: who does not show the invite of an invite-only team does not know of it.</summary>
    private bool IsInvited(Command c, TwinTeam team) =>
        team.Invite == 0 || team.Invite == c.Invite || Has(c.Invite == 0 ? Mutant.JoinsWithoutInvite : Mutant.WrongInviteAccepted);

    /// <summary>R35: the order exists. The same command again is a repeat; anything else is a conflict.</summary>
    private Answer RepeatOrConflict(TwinOrder known, Command c)
    {
        Why? other = known.CreatedBy != c.Operation ? Why.OtherOperation
            : known.Buyer != c.Buyer ? Why.OtherBuyer
            : c.Operation == Operation.JoinTeam && known.First.Team != c.Team ? Why.OtherTeam
            : null;
        // Who left his team opens it to nobody any more (R2).
        bool left = TeamOf(c.Item, known.First.Team)?.Members.Contains(known) != true;
        return other is { } why ? Refuse(Outcome.OrderConflict, 35) with { Why = why }
            : Again(known.First, c.Item) with { Invite = left ? 0 : known.First.Invite };
    }

    private Answer Created(Answer answer)
    {
        _orders[^1].First = answer;
        return answer;
    }

    private TwinTerms TermsOf(Command c) =>
        new(c.Size != 0 ? c.Size : _options.TeamSize, c.PriceNamed ? c.Price : 0, _options.TeamLifeMs, _options.Rescue);

    private TwinOrder Create(Command c)
    {
        var order = new TwinOrder
        {
            Item = c.Item,
            Id = c.Order,
            Buyer = c.Buyer,
            CreatedBy = c.Operation,
            Amount = c.Amount,
            Quantity = c.Quantity,
            Source = c.Source,
            Sharer = c.Sharer,
            Due = c.DueNamed ? c.Due : null,
            Facts = c.BuyerFacts,
            Merchant = MerchantOf(c.Item),
        };
        _orders.Add(order);
        return order;
    }

    /// <summary>R45: an order belongs to the merchant who has the item when it is made.</summary>
    private long MerchantOf(long item) =>
        Has(Mutant.MerchantByCampaign) ? _control.Offered(item)?.Merchant ?? 0 : _control.MerchantOf(item);

    /// <summary>An event that makes an order says all that was said about it.</summary>
    private Event Made(EventKind kind, TwinTeam? team, TwinOrder order) => Happened(kind, _now, team, order) with
    {
        Via = order.CreatedBy,
        Source = order.Source,
        Sharer = order.Sharer,
        DueNamed = order.Due is not null,
        Due = order.Due ?? 0,
        NewBuyer = order.IsNew,
        Tier = order.Facts.Tier,
        Merchant = order.Merchant,
    };

    private Answer Open(TwinOrder order, TwinTerms terms, Command c, bool rerouted = false)
    {
        var team = new TwinTeam
        {
            Id = NextTeamId(order.Item),
            Item = order.Item,
            InviteOnly = c.InviteOnly && c.Operation == Operation.OpenTeam,
            Invite = c.InviteOnly && c.Operation == Operation.OpenTeam ? c.Invite : 0,
            Terms = terms,
            OpenedAt = _now,
            FirstLeader = order.Buyer,
        };
        _teams.Add(team);
        TakeSeat(order, team, c);
        Emit(Seating(EventKind.TeamOpened, order, team, c, rerouted) with
        {
            Deadline = team.Deadline,
            Price = terms.Price,
            Size = (ushort)terms.Size,
            NoRescue = !terms.Rescue,
            InviteOnly = team.InviteOnly,
            Invite = team.Invite,
            Campaign = terms.Offer?.Campaign ?? 0,
            TermsVersion = terms.Offer?.Version ?? 0,
        });
        long owed = GiveBackTooMuch(order, team, c);
        return AcceptSeat(Outcome.Opened, team, rerouted) with { Owed = owed, Invite = team.Invite };
    }

    private long NextTeamId(long item)
    {
        int partition = Book.PartitionOf(item);
        return ((_teams.Count(t => Book.PartitionOf(t.Item) == partition) + 1L) << 10) | (long)partition;
    }

    private Answer Seat(TwinOrder order, TwinTeam team, Command c, bool rerouted = false)
    {
        TakeSeat(order, team, c);
        Emit(Seating(EventKind.SeatTaken, order, team, c, rerouted));
        long owed = GiveBackTooMuch(order, team, c);
        int members = Has(Mutant.FormedOnAStaleCount) ? team.EverJoined : team.Members.Count;
        if (members < SizeOf(team))
        {
            return AcceptSeat(Outcome.Joined, team, rerouted) with { Owed = owed };
        }

        Form(team, _now, order);
        return AcceptSeat(Outcome.Formed, team, rerouted) with { Owed = owed };
    }

    private void TakeSeat(TwinOrder order, TwinTeam team, Command c)
    {
        order.Offer = team.Terms.Offer;
        if (order.Offer is { } offer)
        {
            _seatings.Add((offer.Campaign, order.Source, Leads: team.EverJoined == 0, order.IsNew));
        }

        order.State = OrderState.Waiting;
        order.Team = team;
        order.Amount = c.Amount;
        order.Paid += c.Amount;
        if (c.Operation == Operation.Pay && Has(Mutant.PaymentNamesThePieces))
        {
            order.Quantity = Math.Max(1, c.Quantity);
        }

        team.Members.Add(order);
        team.EverJoined++;
    }

    /// <summary>A seat; of an order that was held it says where that came from, and no more.</summary>
    private Event Seating(EventKind kind, TwinOrder order, TwinTeam team, Command c, bool rerouted)
    {
        bool paid = c.Operation == Operation.Pay;
        Event seated = paid
            ? Happened(
                kind, _now, team, order) with
            { Via = c.Operation, Source = order.Source, NewBuyer = order.IsNew, Payment = c.Payment }
            : Made(kind, team, order);
        return seated with { Amount = c.Amount, Quantity = order.Quantity, Rerouted = rerouted };
    }
}
