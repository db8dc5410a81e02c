using Matching.Storage;

namespace Matching.Kit.Engine;

/// <summary>A journal in memory that can fail, and whose writes can be watched and held up.</summary>
public sealed class FaultyJournal(MemoryJournal inner) : IJournal
{
    public FaultyJournal()
        : this(new MemoryJournal())
    {
    }

    /// <summary>Commits so far.</summary>
    public int Commits { get; private set; }

    /// <summary>The commit with this number, from 1, fails, and all after it; 0 for none.</summary>
    public int FailAt { get; set; }

    /// <summary>Called when a commit begins, on the journal's loop: may block it.</summary>
    public Action? Committing { get; set; }

    /// <summary>The planted bug: a commit returns, and nothing is durable yet.</summary>
    public bool Lies { get; set; }

    /// <summary>Called when a reader has come to the end of what is durable, before it says so.</summary>
    public Action? ReadToEnd { get; set; }

    public long NextSequence => inner.NextSequence;

    public long DurableSequence => inner.DurableSequence;

    public long DurableBytes => inner.DurableBytes;

    /// <summary>Another engine has the journal: nothing can be confirmed any more.</summary>
    public bool IsTaken { get; set; }

    public void Confirm()
    {
        if (IsTaken)
        {
            throw new JournalException("the journal is another engine's now");
        }
    }

    public uint BoundaryAt(long sequence) => inner.BoundaryAt(sequence);

    public void Retire(long neededFrom, long nowMs, long deleteUpToMs)
    {
    }

    public void Append(ReadOnlySpan<byte> events, int count) => inner.Append(events, count);

    public void Commit()
    {
        Commits++;
        Committing?.Invoke();
        if (FailAt != 0 && Commits >= FailAt)
        {
            throw new JournalException($"commit {Commits} was told to fail");
        }

        if (!Lies)
        {
            inner.Commit();
        }
    }

    public IJournalReader Read(long fromSequence) => new Reader(this, inner.Read(fromSequence));

    /// <summary>The memory lives on, for the next engine.</summary>
    public void Dispose()
    {
    }

    private sealed class Reader(FaultyJournal journal, IJournalReader inner) : IJournalReader
    {
        public bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events)
        {
            bool any = inner.TryReadBlock(out firstSequence, out count, out events);
            if (!any)
            {
                journal.ReadToEnd?.Invoke();
            }

            return any;
        }

        public void Dispose() => inner.Dispose();
    }
}
