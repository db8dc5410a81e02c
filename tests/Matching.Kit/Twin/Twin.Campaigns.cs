using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>What a campaign lets through, freezes and counts (R14, R15, R21, R23, R34, R42).</summary>
public sealed partial class Twin
{
    private readonly List<(long Campaign, Source Source, bool Leads, bool IsNew)> _seatings = [];
    private readonly List<(long Campaign, Source Source, long Fen)> _formings = [];

    /// <inheritdoc/>
    public ControlTwin.Said Control(ControlCommand command, long clock)
    {
        _now = Math.Max(_now, clock);
        ControlTwin.Said said = _control.Execute(command, _now);
        if (said.Outcome == ControlOutcome.Changed && Has(Mutant.TermsNotFrozen))
        {
            EffectiveTerms latest = _control.LatestTerms(command.Campaign);
            _teams.FindAll(t => t.IsOpen && t.Terms.Offer?.Campaign == command.Campaign).ForEach(t => t.Terms = Frozen(latest));
        }

        return said;
    }

    /// <inheritdoc/>
    public Counts CountCampaign(long campaign) => Count(t => t.Terms.Offer?.Campaign == campaign, o => o.Offer?.Campaign == campaign);

    /// <inheritdoc/>
    public Counts CountMerchant(long merchant) => Count(t => t.Terms.Offer?.Merchant == merchant, o => o.Offer?.Merchant == merchant);

    /// <inheritdoc/>
    public SourceCount CountSource(long campaign, Source source) => new()
    {
        Opens = _seatings.Count(s => s.Campaign == campaign && s.Source == source && s.Leads),
        Joins = _seatings.Count(s => s.Campaign == campaign && s.Source == source && !s.Leads),
        NewBuyerJoins = _seatings.Count(s => s.Campaign == campaign && s.Source == source && !s.Leads && s.IsNew),
        FormedOrders = _formings.Count(f => f.Campaign == campaign && f.Source == source),
        FormedFen = _formings.Where(f => f.Campaign == campaign && f.Source == source).Sum(f => f.Fen),
    };

    private TwinTerms Frozen(EffectiveTerms offer) => new(offer.TeamSize, offer.GroupPriceFen, _options.TeamLifeMs, offer.Merge, offer);

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

    /// <summary>R21, then R42: the buyer's standing and his limits, by the terms of the team.</summary>
    private Why WhyNotAdmitted(TwinTerms terms, Command c, bool leads)
    {
        if (terms.Offer is not { } offer)
        {
            return Why.Effective;
        }

        Why audience = WhyNotInAudience(offer, c.BuyerFacts, leads);
        return audience != Why.Effective ? audience : WhyOverLimit(offer, c.Buyer, c.Quantity);
    }

    private Why WhyNotInAudience(EffectiveTerms offer, BuyerFacts buyer, bool leads) => offer.Audience.Kind switch
    {
        AudienceKind.NewBuyersOnly when buyer.Standing != BuyerStanding.New && (!leads || Has(Mutant.OldLeaderTurnedAway)) => Why.NewBuyersOnly,
        AudienceKind.OldCustomersFirst when buyer.Standing != BuyerStanding.Old && _now < offer.StartMs + offer.Audience.EarlyMs => Why.OldCustomersFirst,
        AudienceKind.TierAndAbove when buyer.Tier < offer.Audience.MinTier => Why.BelowTier,
        _ => Why.Effective,
    };

    private Why WhyOverLimit(EffectiveTerms offer, long buyer, int pieces)
    {
        long has = _orders.Where(o => o.Offer?.Campaign == offer.Campaign && o.Buyer == buyer && Counts(o, Mutant.LimitNotReleased)).Sum(o => o.Pieces);
        return offer.PerOrderPieces != 0 && pieces > offer.PerOrderPieces ? Why.PerOrderLimit
            : offer.PerBuyerPieces != 0 && has + pieces > offer.PerBuyerPieces ? Why.PerBuyerLimit
            : Why.Effective;
    }

    /// <summary>R42: a quota is the campaign's, whatever version the team has.</summary>
    private bool IsSoldOut(TwinTerms terms)
    {
        if (terms.Offer is not { } offer)
        {
            return false;
        }

        long quota = _control.LatestTerms(offer.Campaign).QuotaSeats;
        return quota != 0 && _orders.Count(o => o.Offer?.Campaign == offer.Campaign && Counts(o, Mutant.QuotaNotGivenBack)) >= quota;
    }

    /// <summary>An order counts until its hold ends unpaid, or its money goes back unshipped.</summary>
    private bool Counts(TwinOrder order, Mutant forEver) => Has(forEver)
        || order.State is OrderState.Held or OrderState.Waiting or OrderState.Formed or OrderState.Shipped
        || (order.IsClosed && order.EverShipped);

    /// <summary>What stands against a seat of the team named, or of one to be opened: the campaign, R31, the quota, in this order.</summary>
    private Answer? RefusalOfTaking(Command c, TwinTeam? team, Why why, TwinTerms? terms)
    {
        if (!IsFree(why))
        {
            return RefuseBy(why, c.Item, team);
        }

        if (SeatOf(c.Item, c.Buyer) is { } seated)
        {
            return RefuseAndSuggest(Outcome.AlreadyMember, 31, c.Item, seated.Id);
        }

        return IsSoldOut(terms!) ? RefuseBy(Why.SoldOut, c.Item, team) : null;
    }

    private Answer RefuseBy(Why why, long item, TwinTeam? team)
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
        return RefuseAndSuggest(outcome, rule, item, team?.Id ?? 0) with { Why = why };
    }

    /// <summary>The best team a buyer may join (R21, R32), of one price where one is named.</summary>
    private TwinTeam? BestFor(long item, long? price, BuyerFacts buyer) => Listed(item)
        .Where(t => price is null || t.Price == price)
        .FirstOrDefault(t => t.Terms.Offer is null || Has(Mutant.QuickJoinIgnoresTheAudience)
            || WhyNotInAudience(t.Terms.Offer, buyer, leads: false) == Why.Effective);

    /// <summary>Of a holder only whether he is new still matters when he pays: he was let in when he held (R21).</summary>
    private static BuyerFacts FactsOf(TwinOrder hold) => new(hold.IsNew ? BuyerStanding.New : BuyerStanding.Old, byte.MaxValue);

    /// <summary>Whether a payment that comes late may be seated in the team, or open one where there is none: as the campaign is now.</summary>
    private bool MayPayLate(Command c, TwinOrder order, TwinTeam? team, ref TwinTerms terms)
    {
        if (!IsFree(WhyNotJoin(c.Item)))
        {
            return false;
        }

        if (team is not null)
        {
            return !IsSoldOut(team.Terms)
                && (team.Terms.Offer is not { } offer || WhyOverLimit(offer, order.Buyer, c.Quantity) == Why.Effective);
        }

        if (!IsFree(WhyNotOpen(c with { Buyer = order.Buyer, BuyerFacts = FactsOf(order) }, out TwinTerms now)))
        {
            return false;
        }

        terms = now.Offer is null ? terms : now;
        return !IsSoldOut(terms);
    }
}
