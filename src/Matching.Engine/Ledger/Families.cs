using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>Looks for evicted families in a ledger. Any thread.</summary>
internal static class Families
{
    /// <summary>The family of an order; null when the ledger has none such.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? OfOrder(ILedger ledger, long item, long order) => Find(ledger, Family.KeyOfOrder(item, order), item);

    /// <summary>The family of an order or of a team, by what is away; null when the ledger has none such.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? Find(ILedger ledger, long item, long id, Away away) => away == Away.Order ? OfOrder(ledger, item, id) : OfTeam(ledger, item, id);

    /// <summary>The family of a team; null when the ledger has none such.</summary>
    /// <exception cref="LedgerException">A record is damaged.</exception>
    public static Family? OfTeam(ILedger ledger, long item, long team) => Find(ledger, Family.KeyOfTeam(item, team), item);

    private static Family? Find(ILedger ledger, (long First, long Second) key, long item)
    {
        if (!ledger.TryRead(new LedgerKey(key.First, key.Second), out byte[] record, out _))
        {
            return null;
        }

        try
        {
            long team = Family.TeamNamed(record);
            if (team != 0 && !ledger.TryRead(KeyOf(Family.KeyOfTeam(item, team)), out record, out _))
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
