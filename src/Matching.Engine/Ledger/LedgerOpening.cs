using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>Opens the order ledger that the options describe, or makes an empty one.</summary>
internal sealed class LedgerOpening(MatchingOptions options, Guid directoryId, CancellationToken cancellationToken)
{
    /// <summary>What was found wrong; null for nothing.</summary>
    public string? Warning { get; private set; }

    private LedgerOptions Where => new()
    {
        Directory = OrderLedger.DirectoryIn(options.DataDirectory!),
        MemoryBytes = options.LedgerMemoryBytes,
        DirectoryId = directoryId,
    };

    /// <summary>Opens what is there.</summary>
    /// <returns>Null where there is none that is whole: nothing was changed.</returns>
    /// <exception cref="LedgerVersionException">It was written by a newer program.</exception>
    /// <exception cref="LedgerException">Its disk does not answer.</exception>
    public ILedger? TryOpen()
    {
        ILedger? ledger;
        if (options.OpenLedger is { } open)
        {
            ledger = open();
        }
        else if (options.DataDirectory is null)
        {
            ledger = new LedgerTable();
        }
        else
        {
            ledger = OrderLedger.TryOpen(Where, cancellationToken, out string? told);
            Warning = told;
        }

        if (ledger is { Position: 0 } && options.Journal is null && options.DataDirectory is not null)
        {
            ledger.Dispose();
            return null;
        }

        return ledger;
    }

    /// <summary>An empty one, in place of what was there.</summary>
    /// <exception cref="LedgerException">It cannot be made there.</exception>
    public ILedger Create() => options.OpenLedger is { } open ? open() : OrderLedger.Create(Where, Warning);

    /// <summary>Refuses a ledger that says more than the journal.</summary>
    /// <exception cref="JournalException">It holds what the journal lost.</exception>
    public static void Check(ILedger ledger, long journalEnd)
    {
        if (ledger.Position > journalEnd)
        {
            throw new JournalException(
                $"the order ledger holds what closed before event {ledger.Position}, but the journal ends at event {journalEnd}: answered "
                    + "entries are missing. Nothing was changed; restore the directory from a copy.");
        }
    }
}
