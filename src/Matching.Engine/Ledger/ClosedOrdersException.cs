namespace Matching.Engine.Ledger;

/// <summary>
/// The journal says of orders that they left memory, and the books that are made of it keep everything: make such that do not.
/// </summary>
internal sealed class ClosedOrdersException() : Exception("closed orders left memory, and these books keep everything");
