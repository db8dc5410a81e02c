namespace Matching.Core.Campaigns;

/// <summary>
/// What the terms say to one order, beside the instant (<see cref="Effectiveness"/>) and the buyer (<see cref="Audience"/>):
/// limits and quota (R42). The shard counts; these compare.
/// <para>
/// Pieces count from the moment a hold or a seat is given until the hold ends unpaid, it is released, or its order is owed a
/// refund before it was shipped. The quota is taken a whole team at a time, by who opens it or promises to: so every team that
/// opens can be filled. A payment in time of a seat that is held is never refused: all was counted when it was given.
/// </para>
/// </summary>
public static class Admission
{
    /// <summary>Whether an order of so many pieces keeps within the campaign's limits.</summary>
    /// <param name="terms">Those of the team to be joined, or of the campaign where one is opened.</param>
    /// <param name="pieces">Of this order, at least 1; a hold, which names none, counts 1.</param>
    /// <param name="piecesOfBuyer">That the buyer's other orders under the campaign hold or paid.</param>
    public static Verdict Limits(CampaignTerms terms, int pieces, long piecesOfBuyer)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.PerOrderPieces != 0 && pieces > terms.PerOrderPieces ? new Verdict(Outcome.LimitReached, 42, Why.PerOrderLimit)
            : terms.PerBuyerPieces != 0 && piecesOfBuyer + pieces > terms.PerBuyerPieces
                ? new Verdict(Outcome.LimitReached, 42, Why.PerBuyerLimit)
            : Verdict.Allowed;
    }

    /// <summary>Whether the campaign has room for one team more.</summary>
    /// <param name="quotaSeats">Of the campaign's latest terms, whatever the team's: a quota belongs to the campaign. 0 for none.</param>
    /// <param name="seatsTaken">Seats of open teams, promises to open and formed orders of the campaign, in any version. More than the
    /// quota after a change: that takes nothing back.</param>
    /// <param name="teamSize">Seats of the team to be opened.</param>
    public static Verdict Quota(long quotaSeats, long seatsTaken, int teamSize) => quotaSeats != 0 && seatsTaken + teamSize > quotaSeats
        ? new Verdict(Outcome.SoldOut, 42, Why.SoldOut)
        : Verdict.Allowed;
}
