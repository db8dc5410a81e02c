using Matching.Core;

namespace Matching.Engine.Ledger;

/// <summary>
/// Lets closed families leave a shard's book, and tells the book when their records are found elsewhere. A shard does not know where in
/// the journal its events will lie; a batch that comes back written does. In slices, so that no command waits long. Touched by the
/// shard's loop only.
/// </summary>
/// <param name="closed">Where the records go.</param>
/// <param name="keep">Families closed last that stay in memory; negative where all do.</param>
internal sealed class Evictor(ClosedOrders closed, long keep)
{
    private const int FamiliesPerBatch = 512;

    private readonly Queue<(long Batch, long End)> _written = new();

    /// <summary>A batch is taken up: it may have been written meanwhile.</summary>
    public void Begin(ShardBatch batch, Book book)
    {
        if (batch.Closes != 0)
        {
            _written.Enqueue((batch.Closes, batch.End));
            batch.Closes = 0;
        }

        book.Batch++;
        long position = closed.Position;
        while (_written.TryPeek(out (long Batch, long End) oldest) && oldest.End <= position)
        {
            _written.Dequeue();
            book.ForgetWritten(oldest.Batch);
        }
    }

    /// <summary>Lets a slice go, into the batch.</summary>
    /// <returns>True when no more is to go.</returns>
    public bool Evict(ShardBatch batch, Book book)
    {
        if (keep < 0 || book.ClosedWaiting <= keep)
        {
            return true;
        }

        batch.Closes = book.Batch;
        return book.EvictClosed(FamiliesPerBatch, keep);
    }
}
