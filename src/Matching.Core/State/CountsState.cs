namespace Matching.Core;

/// <summary>Counts in a saved state: all of them, in the order in which they are declared.</summary>
internal static class CountsState
{
    public static void Save(in Counts counts, StateWriter to) => to.Put(
        counts.TeamsOpened, counts.TeamsFormed, counts.TeamsExpired, counts.TeamsDissolved, counts.TeamsMerged, counts.TeamsOpen,
        counts.Waiting, counts.Formed, counts.Shipped, counts.Bought, counts.RefundOwed, counts.Refunded, counts.AfterSale);

    public static Counts Load(ref StateReader from) => new()
    {
        TeamsOpened = from.Take(),
        TeamsFormed = from.Take(),
        TeamsExpired = from.Take(),
        TeamsDissolved = from.Take(),
        TeamsMerged = from.Take(),
        TeamsOpen = from.Take(),
        Waiting = from.Take(),
        Formed = from.Take(),
        Shipped = from.Take(),
        Bought = from.Take(),
        RefundOwed = from.Take(),
        Refunded = from.Take(),
        AfterSale = from.Take(),
    };
}
