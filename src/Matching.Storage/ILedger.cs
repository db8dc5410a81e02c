using System.Runtime.InteropServices;

namespace Matching.Storage;

/// <summary>What a record of the ledger is found by: two numbers whose meaning is the owner's.</summary>
/// <param name="First">The first number.</param>
/// <param name="Second">The second number.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct LedgerKey(long First, long Second);

/// <summary>
/// What has left the shards' memory: opaque records by key, larger than memory, all of them made of what the journal holds. One thread
/// writes; any thread reads.
/// A record is written absolutely, so writing it again is harmless. What was written survives once a checkpoint behind it is
/// complete; opening goes back to the newest checkpoint that is whole, and the writer goes on from its position.
/// </summary>
public interface ILedger : IDisposable
{
    /// <summary>
    /// Position in the journal of the newest complete checkpoint: everything before it is in the ledger for good. 0 for none. Any thread.
    /// </summary>
    long Position { get; }

    /// <summary>Checksum of the journal's page before <see cref="Position"/>; 0 where it is not known. Any thread.</summary>
    uint Boundary => 0;

    /// <summary>The oldest position a start may fall back to: the journal, or its archive, must reach back to here. Any thread.</summary>
    long OldestPosition { get; }

    /// <summary>The first event whose records are in it; above 0 where those before it are lost. Any thread.</summary>
    long From { get; }

    /// <summary>What closed before <see cref="From"/> is lost, and that was accepted. Any thread.</summary>
    bool HistoryLost { get; }

    /// <summary>Says, before the first record, that the writer does not begin at the first event. The writer's thread only.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="lost">What closed before is lost, and that was accepted.</param>
    void BeginAt(long from, bool lost);

    /// <summary>Writes a record over the one before. The writer's thread only.</summary>
    /// <param name="key">Not (0, 0).</param>
    /// <param name="record">At most 1 MiB; 1 byte at least.</param>
    /// <param name="version">The writer's position in the journal behind what the record says; kept with it.</param>
    /// <exception cref="LedgerException">Writing failed.</exception>
    void Write(LedgerKey key, ReadOnlySpan<byte> record, long version);

    /// <summary>Reads a record, whether a checkpoint covers it or not. Any thread; may wait for the disk.</summary>
    /// <param name="key">What it was written under.</param>
    /// <param name="record">A copy.</param>
    /// <param name="version">What it was written with.</param>
    /// <returns>False when there is none.</returns>
    /// <exception cref="LedgerException">The record is not as it was written, or cannot be read.</exception>
    bool TryRead(LedgerKey key, out byte[] record, out long version);

    /// <summary>
    /// Makes everything written so far durable and checks that it is. The writer's thread only; takes as long as the disk does.
    /// </summary>
    /// <param name="position">The writer's position in the journal; not before the one of an earlier checkpoint.</param>
    /// <param name="boundary">Checksum of the journal's page before the position (<see cref="IJournal.BoundaryAt"/>): which journal it was
    /// made of; 0 for none.</param>
    /// <exception cref="LedgerException">It failed, or could not be read back: it does not count, and <see cref="Position"/>
    /// stays.</exception>
    void Checkpoint(long position, uint boundary = 0);

    /// <summary>
    /// Says that what is in it is not to be trusted: it takes no checkpoint any more, and opened again it is empty. Any thread.
    /// </summary>
    void Discard();
}

/// <summary>The order ledger cannot be opened, read or written. The message names the place and what to do.</summary>
public class LedgerException : Exception
{
    /// <summary>Makes one without words.</summary>
    public LedgerException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public LedgerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public LedgerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Bytes of the order ledger are not those written, or cannot be read: it is to be made anew.</summary>
public sealed class LedgerDamagedException : LedgerException
{
    /// <summary>Makes one without words.</summary>
    public LedgerDamagedException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public LedgerDamagedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public LedgerDamagedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
