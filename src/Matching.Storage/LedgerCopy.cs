namespace Matching.Storage;

/// <summary>
/// Copies an order ledger beside its data directory's copy, also while the engine runs: the records only grow at their end, so what a
/// checkpoint covers stays. Its own file goes last: a copy that was cut short has no ledger, which a start makes anew.
/// </summary>
public static class LedgerCopy
{
    /// <summary>Copies the newest checkpoint that is not ahead of the copied journal, and reads it back.</summary>
    /// <param name="from">The data directory.</param>
    /// <param name="to">Its copy.</param>
    /// <param name="end">The copied journal ends before this event.</param>
    /// <param name="told">Why nothing was copied; null where there is no ledger, or it was.</param>
    /// <returns>Where the copied ledger stands; 0 when there is none.</returns>
    public static long Run(string from, string to, long end, out string? told)
    {
        (string source, string target) = (OrderLedger.DirectoryIn(from), OrderLedger.DirectoryIn(to));
        told = null;
        foreach (string path in LedgerCheckpoint.List(LocalDisk.Instance, source))
        {
            try
            {
                var checkpoint = LedgerCheckpoint.Load(LocalDisk.Instance, path, Marker.Read(LocalDisk.Instance, from).Id);
                if (checkpoint.Position > end)
                {
                    told = $"the order ledger stands at event {checkpoint.Position}, behind the end of the copy";
                    continue;
                }

                Copy(source, target, checkpoint);
                using LedgerReading? copied = LedgerReading.TryOpen(to, out told);
                if (copied is not null)
                {
                    return copied.Position;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or LedgerException)
            {
                // The engine may have let this one go meanwhile.
                told = e.Message;
            }

            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }
        }

        return 0;
    }

    private static void Copy(string source, string target, LedgerCheckpoint checkpoint)
    {
        Directory.CreateDirectory(target);
        foreach (string log in Directory.EnumerateFiles(source, LedgerStore.LogName + "*"))
        {
            CopyFile(log, Path.Combine(target, Path.GetFileName(log)));
        }

        foreach (string directory in Directory.EnumerateDirectories(source, checkpoint.Token.ToString(), SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, directory));
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.EnumerateFiles(directory))
            {
                CopyFile(file, Path.Combine(copy, Path.GetFileName(file)));
            }

            LocalDisk.Instance.SyncDirectory(copy);
            LocalDisk.Instance.SyncDirectory(Path.GetDirectoryName(copy)!);
        }

        LocalDisk.Instance.SyncDirectory(target);
        checkpoint.Save(LocalDisk.Instance, target);
        LocalDisk.Instance.SyncDirectory(Path.GetDirectoryName(target)!);
    }

    private static void CopyFile(string from, string to)
    {
        using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (FileStream target = File.Create(to))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }
    }
}
