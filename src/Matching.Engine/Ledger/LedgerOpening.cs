using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// Opens the order ledger that the options describe, or makes an empty one. The index of a hundred million closed orders takes seconds to
/// load, and the books need nothing of it: so it is opened beside them.
/// </summary>
internal sealed class LedgerOpening(MatchingOptions options, Guid directoryId, CancellationToken cancellationToken) : IDisposable
{
    private Task<ILedger?>? _begun;

    /// <summary>What was found wrong; null for nothing.</summary>
    public string? Warning { get; private set; }

    private LedgerOptions Where => new()
    {
        Directory = OrderLedger.DirectoryIn(options.DataDirectory!),
        MemoryBytes = options.LedgerMemoryBytes,
        DirectoryId = directoryId,
    };

    /// <summary>Begins to open what is on the disk, and changes nothing there. Refused is only when it is asked for.</summary>
    public void Begin() => _begun = options.OpenLedger is not null ? null
        : Task.Factory.StartNew(TryOpen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Lets go of what was begun and not asked for.</summary>
    public void Dispose() => _ = _begun?.ContinueWith(
        static begun => (begun.Exception is null ? begun.Result : null)?.Dispose(), TaskScheduler.Default);

    /// <summary>Opens what is there.</summary>
    /// <returns>Null where there is none that is whole: nothing was changed.</returns>
    /// <exception cref="LedgerVersionException">It was written by a newer program.</exception>
    /// <exception cref="LedgerException">Its disk does not answer.</exception>
    private ILedger? TryOpen()
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
    public ILedger Create() => options.OpenLedger is { } open ? open()
        : options.DataDirectory is null ? new LedgerTable() : OrderLedger.Create(Where, Warning);

    /// <summary>Opens it, made of the journal; null where there is none, or none is whole.</summary>
    /// <param name="journal">The journal.</param>
    /// <exception cref="JournalException">It holds what the journal lost.</exception>
    public ILedger? TryOpen(IJournal journal)
    {
        ILedger? ledger = _begun is null ? TryOpen() : _begun.GetAwaiter().GetResult();
        _begun = null;
        try
        {
            if (ledger is not null && ledger.Position > journal.DurableSequence)
            {
                throw new JournalException(
                    $"the order ledger holds what closed before event {ledger.Position}, but the journal ends at event "
                        + $"{journal.DurableSequence}: answered entries are missing. Restore the directory from a copy.");
            }

            if (ledger is not null && !IsOf(ledger, journal))
            {
                Warning = $"the order ledger was made of another journal, which differs before event {ledger.Position}";
                ledger.Dispose();
                return null;
            }

            return ledger;
        }
        catch
        {
            ledger?.Dispose();
            throw;
        }
    }

    private static bool IsOf(ILedger ledger, IJournal journal)
    {
        if (ledger.Boundary == 0 || ledger.Position <= journal.FirstSequence)
        {
            return true;
        }

        try
        {
            return journal.BoundaryAt(ledger.Position) == ledger.Boundary;
        }
        catch (JournalException)
        {
            // No block ends there.
            return false;
        }
    }
}
