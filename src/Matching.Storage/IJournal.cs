namespace Matching.Storage;

/// <summary>
/// The one log of all shards. Events are opaque bytes to it; it numbers them from 0 without a gap. Append and Commit belong
/// to one writer thread; Read may be called on any thread, at any time.
/// </summary>
public interface IJournal : IDisposable
{
    /// <summary>The sequence the next appended event gets.</summary>
    long NextSequence { get; }

    /// <summary>Every event with a lower sequence survives kill -9 and power loss. Volatile read: any thread.</summary>
    long DurableSequence { get; }

    /// <summary>The oldest event that can be read: above 0 once the archive's horizon deleted something. Any thread.</summary>
    long FirstSequence => 0;

    /// <summary>True when opening made it: it holds nothing of an earlier start.</summary>
    bool Created => true;

    /// <summary>Bytes of events made durable since the start. Any thread.</summary>
    long DurableBytes { get; }

    /// <summary>Adds encoded events, whole commands only, to the block being built.</summary>
    /// <param name="events">The events, one behind the other.</param>
    /// <param name="count">How many they are.</param>
    /// <exception cref="JournalException">Writing failed before: the journal takes nothing more.</exception>
    void Append(ReadOnlySpan<byte> events, int count);

    /// <summary>Makes everything appended durable with one synchronous write; nothing to do is not an error.</summary>
    /// <exception cref="JournalException">It failed: what was appended since the last commit is in doubt, and writing has ended for
    /// good.</exception>
    void Commit();

    /// <summary>
    /// Makes sure that nobody else can have written since the last commit. Replies that rest on no event of their own, to reads, repeats
    /// and refusals, go out behind it: an engine that lost its journal to another one must not answer (R38). The writer's thread.
    /// </summary>
    /// <exception cref="JournalException">Somebody can have, or writing failed before.</exception>
    void Confirm();

    /// <summary>A checksum of the journal up to an event: what a snapshot of that moment names it by. Any thread.</summary>
    /// <param name="sequence">Above 0, durable, at the end of a block.</param>
    /// <exception cref="JournalException">The block cannot be read, or ends elsewhere.</exception>
    uint BoundaryAt(long sequence);

    /// <summary>
    /// Told that no start needs the events before this one: a journal with an archive moves them there. One thread beside the writer.
    /// </summary>
    /// <param name="neededFrom">The event before this one, and all behind it, stay where they are.</param>
    /// <param name="nowMs">The engine's time at that event or later, ms since 1970.</param>
    /// <param name="deleteUpToMs">What was archived at this time or before is deleted; negative for nothing.</param>
    /// <exception cref="JournalException">The disk fails; what was not moved stays.</exception>
    void Retire(long neededFrom, long nowMs, long deleteUpToMs);

    /// <summary>
    /// A reader of the durable events from a sequence on. It ends at <see cref="DurableSequence"/> and may be asked again later.
    /// </summary>
    /// <param name="fromSequence"><see cref="FirstSequence"/> … DurableSequence.</param>
    /// <exception cref="EventsGoneException">While reading: what is asked for was deleted meanwhile.</exception>
    IJournalReader Read(long fromSequence);
}

/// <summary>Reads blocks of events in order; one thread at a time.</summary>
public interface IJournalReader : IDisposable
{
    /// <summary>The next block, or the rest of one when the reader started inside it.</summary>
    /// <param name="firstSequence">Sequence of its first event.</param>
    /// <param name="count">Events in it.</param>
    /// <param name="events">Their bytes; valid until the next call.</param>
    /// <returns>False at the end of what is durable now.</returns>
    bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events);
}
