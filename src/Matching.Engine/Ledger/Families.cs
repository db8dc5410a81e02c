using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>Looks for evicted families in a ledger. Any thread.</summary>
internal static class Families
{
    /// <summary>The family of an order; null when the ledger has none such.</summary>
    /// <param name="ledger">Where to look.</param>
    /// <param name="item">The order's item.</param>
    /// <param name="order">The order.</param>
    /// <param name="asOf">The position of the journal that is meant; long.MaxValue for the latest.</param>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? OfOrder(ILedger ledger, long item, long order, long asOf = long.MaxValue) =>
        Find(ledger, Family.KeyOfOrder(item, order), item, asOf);

    /// <summary>The family of an order or of a team, by what is away; null when the ledger has none such.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? Find(ILedger ledger, long item, long id, Away away) =>
        away == Away.Order ? OfOrder(ledger, item, id) : OfTeam(ledger, item, id);

    /// <summary>The family of a team; null when the ledger has none such.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? OfTeam(ILedger ledger, long item, long team) => Find(ledger, Family.KeyOfTeam(item, team), item, long.MaxValue);

    /// <summary>Brings back what a journaled event concerns, as it was then.</summary>
    /// <param name="book">The book it is about to be applied to.</param>
    /// <param name="ledger">Where closed families are.</param>
    /// <param name="e">The event.</param>
    /// <param name="position">A position in the journal behind what closed before the event, and not behind the event.</param>
    /// <returns>False when what it concerns is lost, and that was accepted: there is nothing to apply it to.</returns>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static bool RecallFor(Book book, ILedger ledger, in Event e, long position)
    {
        if (!book.ConcernsEvicted(e))
        {
            return true;
        }

        if (OfOrder(ledger, e.Item, e.Order, position) is not { } family)
        {
            if (!ledger.HistoryLost || !Book.PaysEndedHold(e))
            {
                return !ledger.HistoryLost;
            }

            book.RemakeForPayment(e);
            return true;
        }

        book.Recall(family);
        return true;
    }

    /// <summary>
    /// What it holds is not to be trusted: the next start makes it anew. Where not even that can be noted, it finds the damage itself.
    /// </summary>
    public static void Discard(ILedger ledger)
    {
        try
        {
            ledger.Discard();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The engine stops for the damage, which is the cause.
        }
    }

    private static Family? Find(ILedger ledger, (long First, long Second) key, long item, long asOf)
    {
        if (!ledger.TryRead(new LedgerKey(key.First, key.Second), asOf, out byte[] record, out _))
        {
            return null;
        }

        try
        {
            long team = Family.TeamNamed(record);
            if (team != 0 && !ledger.TryRead(KeyOf(Family.KeyOfTeam(item, team)), asOf, out record, out _))
            {
                throw new LedgerException($"the ledger has lost team {team} of item {item}, which the record of {key.Second} names");
            }

            return Family.Read(record);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new LedgerException($"the ledger's record of {key.Second} of item {item} cannot be read: {e.Message}", e);
        }
    }

    private static LedgerKey KeyOf((long First, long Second) key) => new(key.First, key.Second);
}
