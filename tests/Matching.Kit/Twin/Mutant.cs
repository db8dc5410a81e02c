namespace Matching.Kit;

/// <summary>
/// Defects planted in the twin, one at a time: what systems in use really get wrong. A campaign that cannot tell the book from a
/// mutant proves nothing, so a test asserts that each is caught.
/// </summary>
public enum Mutant
{
    /// <summary>The sound twin.</summary>
    None = 0,

    /// <summary>A team takes one member more than its size (R30).</summary>
    OffByOneSize,

    /// <summary>Expiry at <c>&gt;</c> instead of <c>&gt;=</c>: a join at exactly 24 h is taken (R3).</summary>
    JoinAtTheDeadline,

    /// <summary>A payment at exactly the hold's end counts as in time (R33).</summary>
    PaymentAtTheHoldsEnd,

    /// <summary>The ship gate asks the team once held, not the one the payment was moved to (R5).</summary>
    ShipGateOnTheTeamHeld,

    /// <summary>A pending refund request does not stop shipping (R7).</summary>
    ShipWhileRefundPending,

    /// <summary>An expiry books one refund per team, under its leader's order (R6, R37).</summary>
    RefundKeyedByLeader,

    /// <summary>A released hold keeps its seat (R33).</summary>
    LostHoldRelease,

    /// <summary>A live hold is not counted as a taken seat (R30).</summary>
    HoldIsNoSeat,

    /// <summary>Forming is tested on all who ever joined, those who left included (R7).</summary>
    FormedOnAStaleCount,

    /// <summary>Teams with equal deadlines are merged (R40).</summary>
    RescueAtEqualDeadlines,

    /// <summary>A team with a live hold absorbs another (R40).</summary>
    RescueIntoATeamWithHolds,

    /// <summary>Teams of different prices are merged (R40).</summary>
    RescueAcrossPrices,

    /// <summary>An invite-only team absorbs another (R40).</summary>
    RescueIntoAnInviteOnlyTeam,

    /// <summary>The oldest team that fits absorbs, not the one with the nearest deadline (R40).</summary>
    RescueByTheOldest,

    /// <summary>Orders of an absorbed team still belong to it (R40).</summary>
    MergedOrdersStayBehind,

    /// <summary>The leader left, and nobody leads in his place (R7).</summary>
    LeaderNotPassedOn,

    /// <summary>A late payment goes back into the team it held although every seat is taken (R33).</summary>
    LatePaymentIntoAFullTeam,

    /// <summary>A dispatch sent again is a second dispatch (R35).</summary>
    ShippedTwice,

    /// <summary>A payment sent again is taken for a second one (R35).</summary>
    RepeatedPaymentOwedBack,

    /// <summary>A second payment id is answered as a repeat (R35).</summary>
    SecondPaymentSilent,

    /// <summary>A payment of an unknown order is only refused (R33).</summary>
    UnknownPaymentSilent,

    /// <summary>QuickJoin fills the oldest team, not the one with fewest seats left (R32).</summary>
    QuickJoinTakesTheOldest,

    /// <summary>QuickJoin with a price takes any team (R4).</summary>
    QuickJoinIgnoresThePrice,

    /// <summary>A buyer who only holds a seat may take another (R31).</summary>
    HoldsNotCheckedForMembership,

    /// <summary>When a team dissolves its live holds are gone (R7).</summary>
    DissolveLosesHolds,

    /// <summary>An invite-only team is suggested and listed (R2).</summary>
    InviteOnlySuggested,

    /// <summary>A refund of an expiry dates from when it was noticed, not from the deadline (R36).</summary>
    ExpiryAtTheTimeNoticed,

    /// <summary>A hold outlives its team's deadline (R33).</summary>
    HoldOutlivesItsTeam,

    /// <summary>A request pending at the deadline can be approved after it, and is paid back twice (R7).</summary>
    ExpiryKeepsTheRequest,

    /// <summary>An after-sale refund takes the member out of the formed team (R8).</summary>
    AfterSaleTouchesTheTeam,

    /// <summary>One acknowledgment closes every refund of the order (R37).</summary>
    RefundDoneClosesAll,

    /// <summary>
    /// Without a key an acknowledgment means the oldest entry there ever was: once that is acknowledged, the others are owed for ever
    /// (R37).
    /// </summary>
    NamelessRefundDoneMeansTheOldestEver,

    /// <summary>An acknowledgment by key takes whatever entry of its cause is owed (R37).</summary>
    RefundKeyIgnored,

    /// <summary>A second payment that went back marks the order itself refunded (R35, R41).</summary>
    SecondRefundClosesTheOrder,

    /// <summary>After a rejection a new request is taken for a repeat (R7).</summary>
    RejectedForEver,

    /// <summary>A change of the campaign reaches teams that are open (R34).</summary>
    TermsNotFrozen,

    /// <summary>What a channel brought keeps orders whose money went back after the sale (R23).</summary>
    SourcesGrossOfRefunds,

    /// <summary>A refund or the end of a hold does not release the buyer's limit (R42).</summary>
    LimitNotReleased,

    /// <summary>A team that ends unformed does not give the quota its seats back (R42).</summary>
    QuotaNotGivenBack,

    /// <summary>A quota is taken seat by seat, by those who join too: a team opens that cannot be filled (R42).</summary>
    QuotaBySeat,

    /// <summary>Promises that a dissolved team leaves take no seats of the quota (R7, R42).</summary>
    PromisesOfADissolvedTeamTakeNoSeats,

    /// <summary>A promise for which the quota had no room opens a team all the same when it is paid (R42).</summary>
    PromiseWithoutSeatsOpens,

    /// <summary>A payment is moved into a team whose limits its buyer has reached (R33, R42).</summary>
    PaymentIgnoresTheLimits,

    /// <summary>A buyer who promises to open may take a seat, or promise once more (R31).</summary>
    PromiseNotCountedForMembership,

    /// <summary>A refusal suggests a team that would refuse the buyer too (R39).</summary>
    SuggestsToAnybody,

    /// <summary>Where new buyers join, an old one may not lead either (R21).</summary>
    OldLeaderTurnedAway,

    /// <summary>QuickJoin takes the best team whether or not it is open to the buyer, and is refused (R21).</summary>
    QuickJoinIgnoresTheAudience,

    /// <summary>Teams of one campaign and different audiences are merged (R40).</summary>
    RescueAcrossAudiences,

    /// <summary>A hold forgets where it came from (R23).</summary>
    SourceDroppedAtHold,

    /// <summary>What was paid too much, and what a cheaper team makes of it, is kept (R46).</summary>
    DifferenceNotOwed,

    /// <summary>A payment moved to a cheaper team costs what the dearer one would have (R46).</summary>
    CheaperTeamAtTheHeldPrice,

    /// <summary>A cheaper team's difference is given back for one piece, however many there are (R46).</summary>
    DifferenceOfOnePiece,

    /// <summary>
    /// A payment says for how many pieces it is, whatever its hold was for: limits are looked at when it is placed (R33, R42).
    /// </summary>
    PaymentNamesThePieces,

    /// <summary>A payment of less than is due is taken for one (R46).</summary>
    TooLittleIsSeated,

    /// <summary>A payment of less than is due ends its hold (R46).</summary>
    TooLittleEndsTheHold,

    /// <summary>A late payment goes into a team that costs more than its buyer was promised (R46).</summary>
    MovedToADearerTeam,

    /// <summary>A sum of money has no more bits than an amount (R23, R44).</summary>
    SumIn64Bits,

    /// <summary>An order shipped counts as shipped only until it goes back (R19).</summary>
    ShippedNowForEver,

    /// <summary>Orders bought alone count for no merchant (R19, R45).</summary>
    AloneCountsForNobody,

    /// <summary>A campaign that never was is counted as one that sold nothing (R19).</summary>
    UnknownIsZeros,

    /// <summary>A sale stops the payment of a promise, although it comes in time (R33).</summary>
    SaleStopsAPaymentInTime,

    /// <summary>
    /// An order belongs to the merchant of the item's present campaign: a solo order of an item without one to nobody, one made after a
    /// hand-over to him who gave it (R45).
    /// </summary>
    MerchantByCampaign,

    /// <summary>An invite-only team is entered by its id alone (R2).</summary>
    JoinsWithoutInvite,

    /// <summary>An invite-only team is entered with any invite (R2).</summary>
    WrongInviteAccepted,
}
