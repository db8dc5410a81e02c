using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>The real journal, with places where its callers' threads are held up, and with the defects that are planted in it.</summary>
internal sealed class SimulatedJournal(IJournal inner, SteppedLoops loops, PlantedFault planted) : IJournal
{
    private int _commits;

    public bool Created => inner.Created;

    public long FirstSequence => inner.FirstSequence;

    public long NextSequence => inner.NextSequence;

    public long DurableSequence => inner.DurableSequence;

    public long DurableBytes => inner.DurableBytes;

    public void Confirm() => inner.Confirm();

    public uint BoundaryAt(long sequence) => inner.BoundaryAt(sequence);

    public void Retire(long neededFrom, long nowMs, long deleteUpToMs) => inner.Retire(neededFrom, nowMs, deleteUpToMs);

    public void Append(ReadOnlySpan<byte> events, int count)
    {
        if (planted is PlantedFault.RefundDroppedAtExpiry or PlantedFault.RefundOfAnotherAmount)
        {
            AppendWithWrongRefunds(events);
            return;
        }

        inner.Append(events, count);
    }

    public void Commit()
    {
        loops.Pause();
        if (planted != PlantedFault.AnswerBeforeDurable || ++_commits % 3 == 0)
        {
            inner.Commit();
        }

        loops.Pause();
    }

    public IJournalReader Read(long fromSequence) => new Reader(inner.Read(fromSequence), loops);

    public void Dispose() => inner.Dispose();

    private void AppendWithWrongRefunds(ReadOnlySpan<byte> events)
    {
        Span<byte> changed = stackalloc byte[EventCodec.MaxBytes];
        while (!events.IsEmpty)
        {
            ReadOnlySpan<byte> one = events[..EventCodec.LengthOf(events)];
            events = events[one.Length..];
            Event e = default;
            if (!ControlCodec.IsControl(one))
            {
                EventCodec.Read(one, out e);
            }

            if (planted == PlantedFault.RefundOfAnotherAmount && e is { Kind: EventKind.RefundOwed, Cause: RefundCause.SecondPayment })
            {
                inner.Append(changed[..EventCodec.Write(changed, e with { Amount = e.Amount + 1 })], 1);
            }
            else if (planted != PlantedFault.RefundDroppedAtExpiry || e is not { Kind: EventKind.RefundOwed, Cause: RefundCause.Expired })
            {
                inner.Append(one, 1);
            }
        }
    }

    private sealed class Reader(IJournalReader inner, SteppedLoops loops) : IJournalReader
    {
        public bool TryReadBlock(out long firstSequence, out int count, out ReadOnlyMemory<byte> events)
        {
            bool found = inner.TryReadBlock(out firstSequence, out count, out events);

            // Behind the look: what happens now is news to the reader.
            if (!found)
            {
                loops.Pause();
            }

            return found;
        }

        public void Dispose() => inner.Dispose();
    }
}
