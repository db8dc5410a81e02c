namespace Matching.Core.Campaigns;

/// <summary>
/// What the terms say to one order, beside the instant (<see cref="Effectiveness"/>) and the buyer (<see cref="Audience"/>):
/// limits and quota (R42). The shard counts; these compare.
/// <para>
/// A hold or a seat counts from the moment it is given until its hold ends unpaid, it is released, or its order is owed a
/// refund before it was shipped. A payment in time is never refused for a limit: its hold was counted when it was given.
/// </para>
/// </summary>
public static class Admission
{
    /// <summary>Whether an order of so many pieces keeps within the campaign's limits.</summary>
    /// <param name="terms">Those of the team to be joined, or of the campaign where one is opened.</param>
    /// <param name="pieces">Of this order, at least 1; a hold, which names none, counts 1.</param>
    /// <param name="piecesOfBuyer">That the buyer's other orders under the campaign hold or paid.</param>
    public static Verdict Limits(EffectiveTerms terms, int pieces, long piecesOfBuyer)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.PerOrderPieces != 0 && pieces > terms.PerOrderPieces ? new Verdict(Outcome.LimitReached, 42, Why.PerOrderLimit)
            : terms.PerBuyerPieces != 0 && piecesOfBuyer + pieces > terms.PerBuyerPieces
                ? new Verdict(Outcome.LimitReached, 42, Why.PerBuyerLimit)
            : Verdict.Allowed;
    }

    /// <summary>Whether the campaign has a seat left.</summary>
    /// <param name="quotaSeats">Of the campaign's latest terms, whatever the team's: a quota belongs to the campaign. 0 for none.</param>
    /// <param name="seatsTaken">Seats held or paid under the campaign, in any version.</param>
    public static Verdict Quota(long quotaSeats, long seatsTaken) => quotaSeats != 0 && seatsTaken >= quotaSeats
        ? new Verdict(Outcome.SoldOut, 42, Why.SoldOut)
        : Verdict.Allowed;
}
