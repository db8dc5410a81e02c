namespace Matching.Kit.Disks;

/// <summary>What a call asks of the disk; reads are counted apart.</summary>
public enum DiskCall
{
    CreateDirectory,
    Lock,
    Create,
    OpenWriteThrough,
    Write,
    Sync,
    Rename,
    Delete,
    Shorten,
    SyncDirectory,
    Read,
    OpenWrite,
}

/// <summary>What a disk may do to one call.</summary>
public enum DiskFault
{
    /// <summary>What was asked.</summary>
    None,

    /// <summary>
    /// An I/O error. The cache shows the write; any of its sectors, or none, reached the disk, and no later sync makes up for it.
    /// </summary>
    Error,

    /// <summary>A full disk: a first part was written, then an error.</summary>
    Full,

    /// <summary>A first part was written and reached the disk, then an error.</summary>
    Short,

    /// <summary>Answered, never done: a disk that lies.</summary>
    Lost,

    /// <summary>
    /// Power fails inside the call: any of its sectors may have reached the disk; what was not synced is dropped or torn.
    /// </summary>
    PowerLoss,

    /// <summary>The process is killed inside the call: a first part of it is in the system's cache, which survives.</summary>
    Kill,
}

/// <summary>What every call gets from a disk whose power or process is gone, until <see cref="FaultyDisk.Restart"/>.</summary>
public sealed class DiskGoneException() : IOException("the machine is gone");
