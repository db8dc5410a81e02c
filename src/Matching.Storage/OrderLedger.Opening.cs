using System.Diagnostics;

namespace Matching.Storage;

/// <content>Opening one that is there, and making an empty one.</content>
public sealed partial class OrderLedger
{
    /// <summary>Opens the ledger at its newest checkpoint that is whole.</summary>
    /// <param name="options">Where.</param>
    /// <param name="told">What was found wrong; null for nothing.</param>
    /// <returns>Null where no checkpoint is whole: nothing was changed.</returns>
    /// <exception cref="LedgerVersionException">It was written by a newer program.</exception>
    public static OrderLedger? TryOpen(LedgerOptions options, out string? told) => TryOpen(options, LocalDisk.Instance, out told);

    /// <summary>As <see cref="TryOpen(LedgerOptions, out string?)"/>, given up when told so, or when the disk does not answer.</summary>
    /// <exception cref="LedgerVersionException">It was written by a newer program.</exception>
    /// <exception cref="LedgerException">For <see cref="LedgerOptions.Patience"/> no read ended.</exception>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    public static OrderLedger? TryOpen(LedgerOptions options, CancellationToken cancellationToken, out string? told) =>
        TryOpen(options, LocalDisk.Instance, cancellationToken, out told);

    /// <summary>An empty ledger; whatever the directory held is gone.</summary>
    public static OrderLedger Create(LedgerOptions options, string? told = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        try
        {
            return new OrderLedger(options, LocalDisk.Instance, LedgerStore.Create(LocalDisk.Instance, options), [], told);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException(
                $"{told}{(told is null ? "" : "; ")}the order ledger in {options.Directory} cannot be made anew: {e.Message}", e);
        }
    }

    internal static OrderLedger? TryOpen(LedgerOptions options, IDisk disk, CancellationToken cancellationToken, out string? told)
    {
        var watched = new WatchedDisk(disk);
        string? found = null;
        Task<OrderLedger?> opening = Task.Factory.StartNew(
            () => TryOpen(options, watched, out found), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            (long calls, long since) = (watched.Calls, Stopwatch.GetTimestamp());
            while (Task.WaitAny([opening], (int)options.Patience.TotalMilliseconds, cancellationToken) < 0)
            {
                // A wait may end early (libfaketime makes every one end at once): what has passed is asked of the clock.
                if (watched.Calls != calls)
                {
                    (calls, since) = (watched.Calls, Stopwatch.GetTimestamp());
                }
                else if (Stopwatch.GetElapsedTime(since) >= options.Patience)
                {
                    Forget(opening);
                    throw new LedgerException(
                        $"the order ledger in {options.Directory} does not open: for {options.Patience.TotalSeconds:0} s no read of "
                        + $"{watched.Last} ended. Look at its disk, or delete the directory: it is made anew from the journal");
                }
            }
        }
        catch (OperationCanceledException)
        {
            Forget(opening);
            throw;
        }

        told = found;
        return opening.GetAwaiter().GetResult();
    }

    internal static OrderLedger? TryOpen(LedgerOptions options, IDisk disk, out string? told)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        List<LedgerCheckpoint> whole = [];
        List<string> broken = [];
        LedgerStore? store = null;
        told = null;
        IReadOnlyList<string> paths = [];
        try
        {
            paths = LedgerCheckpoint.List(disk, options.Directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            told = $"the order ledger in {options.Directory} cannot be read ({e.Message})";
        }

        foreach (string path in paths)
        {
            try
            {
                var checkpoint = LedgerCheckpoint.Load(disk, path, options.DirectoryId);
                store ??= Recover(disk, options, checkpoint, options.MemoryBytes);
                whole.Add(checkpoint);
            }
            catch (Exception e) when (e is not LedgerVersionException)
            {
                told =
                    $"{told}{(told is null ? "" : "; ")}the checkpoint {path} of the order ledger is not whole ({e.Message}) and "
                    + "is left out";
                broken.Add(path);
            }
        }

        if (store is null)
        {
            return null;
        }

        return new OrderLedger(options, disk, store, whole, told) { _broken = broken };
    }

    // Who opens does not wait for it any more.
    private static void Forget(Task<OrderLedger?> opening) => _ = opening.ContinueWith(
        static done => done.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
}
