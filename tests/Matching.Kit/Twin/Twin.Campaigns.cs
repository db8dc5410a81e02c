using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>What a campaign lets through, freezes and counts (R14, R15, R21, R23, R34, R42).</summary>
public sealed partial class Twin
{
    private readonly List<(long Campaign, Source Source, bool Leads, bool IsNew)> _seatings = [];
    private readonly List<(long Campaign, TwinOrder Order, long Fen)> _formings = [];

    /// <inheritdoc/>
    public ControlTwin.Said Control(ControlCommand command, long clock)
    {
        _now = Math.Max(_now, clock);
        ControlTwin.Said said = _control.Execute(command, _now);
        if (said.Outcome == ControlOutcome.Changed && Has(Mutant.TermsNotFrozen))
        {
            CampaignTerms latest = _control.LatestTerms(command.Campaign);
            _teams.FindAll(t => t.IsOpen && t.Terms.Offer?.Campaign == command.Campaign).ForEach(t => t.Terms = Frozen(latest));
        }

        return said;
    }

    /// <inheritdoc/>
    public Counts? CountCampaign(long campaign) => _control.EverPublished(offer => offer.Campaign == campaign) || Has(Mutant.UnknownIsZeros)
        ? Count(t => t.Terms.Offer?.Campaign == campaign, o => o.Offer?.Campaign == campaign)
        : null;

    /// <inheritdoc/>
    public Counts? CountMerchant(long merchant)
    {
        bool His(TwinOrder o) => o.Offer is { } offer ? offer.Merchant == merchant : o.Merchant == merchant
            && !Has(Mutant.AloneCountsForNobody);
        return _control.EverPublished(offer => offer.Merchant == merchant) || _orders.Exists(His)
            ? Count(t => t.Terms.Offer?.Merchant == merchant, His)
            : null;
    }

    /// <inheritdoc/>
    public SourceCount CountSource(long campaign, Source source) => new()
    {
        Opens = _seatings.Count(s => s.Campaign == campaign && s.Source == source && s.Leads),
        Joins = _seatings.Count(s => s.Campaign == campaign && s.Source == source && !s.Leads),
        NewBuyerJoins = _seatings.Count(s => s.Campaign == campaign && s.Source == source && !s.Leads && s.IsNew),
        FormedOrders = Formings(campaign, source).Count(),
        FormedFen = FormedFen(campaign, source),
    };

    private IEnumerable<(long Campaign, TwinOrder Order, long Fen)> Formings(long campaign, Source source) => _formings.Where(
        f => f.Campaign == campaign && f.Order.Source == source
            && (f.Order.State is OrderState.Formed or OrderState.Shipped || Has(Mutant.SourcesGrossOfRefunds)));

    private Int128 FormedFen(long campaign, Source source)
    {
        Int128 sum = Formings(campaign, source).SumFen(f => f.Fen);
        return Has(Mutant.SumIn64Bits) ? unchecked((long)sum) : sum;
    }

    private TwinTerms Frozen(CampaignTerms offer) => new(offer.TeamSize, offer.GroupPriceFen, _options.TeamLifeMs, offer.Merge, offer);

    private static bool IsFree(Why why) => why is Why.Effective or Why.WarmUp;

    /// <summary>R14, R15: while a sale or a big promotion rules, nothing of the item is joined.</summary>
    private Why WhyNotJoin(long item) => _control.WhyNotJoin(item, _now);

    /// <summary>Whether the buyer may open a team now, and under which terms: the campaign's, else the default ones.</summary>
    private Why WhyNotOpen(Command c, out TwinTerms terms)
    {
        terms = TermsOf(c);
        if (_control.Offered(c.Item) is not { } offer)
        {
            return _options.CampaignsRequired ? Why.NoCampaign : WhyNotJoin(c.Item);
        }

        terms = Frozen(offer);
        Why why = _control.WhyNotOpen(c.Item, _now);
        if (!IsFree(why))
        {
            return why;
        }

        bool otherTerms = (c.PriceNamed && c.Price != offer.GroupPriceFen) || (c.Size != 0 && c.Size != offer.TeamSize);
        return otherTerms ? Why.OtherTerms : WhyNotAdmitted(terms, c, leads: true);
    }

    /// <summary>
    /// R21, then R42: the buyer's standing and his limits, by the terms of the team. What he holds and pays for now is no other order of
    /// his.
    /// </summary>
    private Why WhyNotAdmitted(TwinTerms terms, Command c, bool leads, TwinOrder? held = null)
    {
        if (terms.Offer is not { } offer)
        {
            return Why.Effective;
        }

        Why audience = WhyNotInAudience(offer, c.BuyerFacts, leads);
        return audience != Why.Effective ? audience : WhyOverLimit(offer, c, held);
    }

    private Why WhyNotInAudience(CampaignTerms offer, BuyerFacts buyer, bool leads) => offer.Audience.Kind switch
    {
        AudienceKind.NewBuyersOnly when buyer.Standing != BuyerStanding.New && (!leads || Has(Mutant.OldLeaderTurnedAway)) =>
            Why.NewBuyersOnly,
        AudienceKind.OldCustomersFirst when buyer.Standing != BuyerStanding.Old && _now < offer.StartMs + offer.Audience.EarlyMs =>
            Why.OldCustomersFirst,
        AudienceKind.TierAndAbove when buyer.Tier < offer.Audience.MinTier => Why.BelowTier,
        _ => Why.Effective,
    };

    private Why WhyOverLimit(CampaignTerms offer, Command c, TwinOrder? held)
    {
        long has = _orders
            .Where(o => o != held && o.Offer?.Campaign == offer.Campaign && o.Buyer == c.Buyer)
            .Where(o => o.State is OrderState.Held or OrderState.Waiting || IsSold(o) || Has(Mutant.LimitNotReleased))
            .Sum(o => o.Pieces);
        return offer.PerOrderPieces != 0 && c.Quantity > offer.PerOrderPieces ? Why.PerOrderLimit
            : offer.PerBuyerPieces != 0 && has + c.Quantity > offer.PerBuyerPieces ? Why.PerBuyerLimit
            : Why.Effective;
    }

    /// <summary>R42: whether the quota, which is the campaign's, whatever version the team has, has no room for one team more.</summary>
    private bool IsSoldOut(TwinTerms terms)
    {
        if (terms.Offer is not { } offer || _control.LatestTerms(offer.Campaign).QuotaSeats is 0)
        {
            return false;
        }

        long quota = _control.LatestTerms(offer.Campaign).QuotaSeats;
        bool Of(CampaignTerms? other) => other?.Campaign == offer.Campaign;
        if (Has(Mutant.QuotaBySeat))
        {
            return _orders.Count(o => Of(o.Offer) && (o.State is OrderState.Held or OrderState.Waiting || IsSold(o))) >= quota;
        }

        bool forEver = Has(Mutant.QuotaNotGivenBack);
        long teams = _teams.Where(t => Of(t.Terms.Offer) && (t.IsOpen || (forEver && t.State != TeamState.Formed))).Sum(t => t.Size);
        long promises = _orders.Where(o => Of(o.Offer) && o.IsPromise && !o.LacksSeats).Sum(o => o.Terms!.Size);
        return teams + promises + _orders.Count(o => Of(o.Offer) && IsSold(o)) + terms.Size > quota;
    }

    /// <summary>An order of a team that formed takes its seat until its money goes back unshipped.</summary>
    private static bool IsSold(TwinOrder order) =>
        order.State is OrderState.Formed or OrderState.Shipped || (order.IsClosed && order.EverShipped);

    /// <summary>
    /// What stands against a seat of the team named, or of one to be opened: the campaign, R31, and for one to be opened the quota, in this
    /// order.
    /// </summary>
    private Answer? RefusalOfTaking(Command c, TwinTeam? team, Why why, TwinTerms? terms)
    {
        if (!IsFree(why))
        {
            return RefuseBy(why, c, team);
        }

        if (SeatOf(c.Item, c.Buyer) is { } seat)
        {
            return Refuse(Outcome.AlreadyMember, 31, seat.Team?.Id ?? 0) with { Holding = seat.IsPromise ? seat.Id : 0 };
        }

        bool soldOut = (team is null || Has(Mutant.QuotaBySeat)) && IsSoldOut(terms!);
        return soldOut ? RefuseBy(Why.SoldOut, c, team) : null;
    }

    private Answer RefuseBy(Why why, Command c, TwinTeam? team)
    {
        (Outcome outcome, int rule) = why switch
        {
            Why.NoCampaign => (Outcome.NoCampaign, 10),
            Why.FlashSale or Why.MassSale => (Outcome.CampaignNotEffective, 14),
            Why.BigDay => (Outcome.CampaignNotEffective, 15),
            Why.NotStarted or Why.Ended or Why.OtherTerms => (Outcome.CampaignNotEffective, 34),
            Why.NewBuyersOnly or Why.OldCustomersFirst or Why.BelowTier => (Outcome.NotEligible, 21),
            Why.PerOrderLimit or Why.PerBuyerLimit => (Outcome.LimitReached, 42),
            _ => (Outcome.SoldOut, 42),
        };
        return RefuseAndSuggest(outcome, rule, c, team?.Id ?? 0) with { Why = why };
    }

    /// <summary>
    /// The teams in which who asks could take a seat now (R21, R32, R42), the best first, of one price where one is named.
    /// </summary>
    private IEnumerable<TwinTeam> Suiting(Command c, long? price, TwinOrder? held = null) => Listed(c.Item)
        .Where(t => price is null || t.Price == price)
        .Where(t => WhyNotAdmitted(t.Terms, c, leads: false, held) is var why
            && (why == Why.Effective
                || (Has(Mutant.QuickJoinIgnoresTheAudience) && why is Why.NewBuyersOnly or Why.OldCustomersFirst or Why.BelowTier)
                || (Has(Mutant.PaymentIgnoresTheLimits) && c.Operation == Operation.Pay)));

    /// <summary>
    /// What the buyer of an order would ask for, as the storefront said of him then; who is not known to be new counts as old (R21).
    /// </summary>
    private static Command AskedBy(TwinOrder order) => new()
    {
        Operation = Operation.Pay,
        Item = order.Item,
        Order = order.Id,
        Buyer = order.Buyer,
        Quantity = order.Pieces,
        BuyerFacts = new BuyerFacts(order.IsNew ? BuyerStanding.New : BuyerStanding.Old, order.Facts.Tier),
    };

    /// <summary>
    /// Whether a payment that comes late may open a team: as the campaign is now, no dearer than was due, and as far as limits and quota
    /// go.
    /// </summary>
    private bool MayOpenLate(Command asked, TwinOrder order, ref TwinTerms terms)
    {
        if (!IsFree(WhyNotOpen(asked, out TwinTerms now)) || now.Price > PriceNotAbove(order))
        {
            return false;
        }

        terms = now.Offer is null ? terms : now;
        return WhyNotAdmitted(terms, asked, leads: true) == Why.Effective && !IsSoldOut(terms);
    }
}
