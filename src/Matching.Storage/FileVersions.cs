namespace Matching.Storage;

/// <summary>
/// The versions of the files of a data directory: those written, which are the newest that are read. All older ones are read too, but
/// where it says so.
/// </summary>
internal static class FileVersions
{
    /// <summary>1: no id, no list of what must exist. 2: the directory's id and its first segment; the watermark must exist.</summary>
    public const int Marker = 2;

    /// <summary>1: no id. 2: the directory's id in the header.</summary>
    public const int Segment = 2;

    /// <summary>1: no id. 2: the directory's id and the checksum of the last page in the header.</summary>
    public const int Archive = 2;

    /// <summary>1: no id. 2: the directory's id in each slot.</summary>
    public const int Watermark = 2;

    /// <summary>1: no id. 2: the directory's id in the header. What the sections hold has versions of its own.</summary>
    public const int Snapshot = 2;

    /// <summary>
    /// 5: every sector of the store's files has a checksum, the journal is named, records are those that the journal has. Older ones are
    /// not read: the ledger is made anew.
    /// </summary>
    public const int LedgerCheckpoint = 5;

    /// <summary>Refuses a file of a later program.</summary>
    /// <exception cref="JournalException">It is one.</exception>
    public static void RefuseNewer(string path, int version, int newest)
    {
        if (version < 1 || version > newest)
        {
            throw new JournalException(
                $"{path} has format version {version}; this program reads versions up to {newest}. Open it with the newer program "
                + "that wrote it.");
        }
    }

    /// <summary>Refuses a file that belongs to another directory. A file of an older version has no id.</summary>
    /// <exception cref="JournalException">It does.</exception>
    public static void RefuseForeign(string path, Guid id, Guid directory)
    {
        if (IsForeign(id, directory))
        {
            throw new JournalException(
                $"{path} belongs to another data directory: it has the id {id:N}, and this directory has {directory:N}. Nothing was "
                + "changed; restore the directory from one copy, and not from two.");
        }
    }

    /// <summary>Whether two ids are of two directories; files of the first versions have none.</summary>
    public static bool IsForeign(Guid id, Guid directory) => id != directory && id != Guid.Empty && directory != Guid.Empty;
}
