using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>Opens the order ledger that the options describe.</summary>
internal static class LedgerOpening
{
    /// <summary>Opens it beside a journal.</summary>
    /// <returns>Null where the engine keeps everything in memory.</returns>
    /// <exception cref="JournalException">It holds what the journal lost.</exception>
    public static ILedger? Open(MatchingOptions options, IJournal journal)
    {
        if (!options.Ledger)
        {
            return null;
        }

        ILedger ledger = options.OpenLedger is { } open ? open()
            : options.DataDirectory is { } directory ? OrderLedger.Open(new LedgerOptions
            {
                Directory = Path.Combine(directory, "ledger"),
                MemoryBytes = options.LedgerMemoryBytes,
            })
            : new LedgerTable();
        if (ledger.Position > journal.DurableSequence)
        {
            ledger.Dispose();
            throw new JournalException(
                $"the order ledger holds what closed before event {ledger.Position}, but the journal ends at event {journal.DurableSequence}: answered entries are missing. Nothing was changed; restore the directory from a copy.");
        }

        return ledger;
    }
}
