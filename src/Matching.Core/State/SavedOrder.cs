namespace Matching.Core;

/// <summary>Takes one order of a saved state.</summary>
public delegate void SavedOrderTaken(in SavedOrder order);

/// <summary>An order as a saved state holds it, for read models that start from one.</summary>
/// <param name="View">As a reader of the book would see it.</param>
/// <param name="OtherOwed">Its entries still owed that are not its own: with them acknowledged, the order stays as it is (R37).</param>
/// <param name="IsInOpenTeam">It sits in an open team, or holds a seat of one.</param>
public readonly record struct SavedOrder(
    OrderView View, IReadOnlyList<(RefundCause Cause, PaymentId Payment, long Fen)> OtherOwed, bool IsInOpenTeam);
