using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// Takes out of a shard's book what its ledger holds for good. A shard does not know where in the journal its events will lie; a batch
/// that comes back written does. So families close in epochs, one a batch, and an epoch may leave once a checkpoint covers the
/// journal's end behind its batch. In slices, so that no command waits long. Touched by the shard's loop only.
/// </summary>
internal sealed class Evictor
{
    private const int FamiliesPerBatch = 512;

    // Epochs closer together than this leave together: what is kept to tell them apart stays small however far the ledger lags.
    private const long EventsApart = 16_384;

    private readonly ILedger _ledger;
    private readonly Queue<(int Epoch, long End)> _written = new();
    private (int Epoch, long End) _newest;
    private long _noted;
    private int _evictable;
    private bool _done = true;

    /// <summary>Begins behind recovery.</summary>
    /// <param name="ledger">What covers what.</param>
    /// <param name="recovered">Where the journal ended; the book is in its first epoch.</param>
    public Evictor(ILedger ledger, long recovered)
    {
        _ledger = ledger;
        _newest = (1, recovered);
        _noted = recovered;
        _written.Enqueue(_newest);
    }

    /// <summary>A batch is taken up: it may have been written meanwhile, and what is decided from now on belongs to a new epoch.</summary>
    public void Begin(ShardBatch batch, Book book)
    {
        if (batch.Epoch != 0)
        {
            if (_newest.End - _noted >= EventsApart)
            {
                _written.Enqueue(_newest);
                _noted = _newest.End;
            }

            _newest = (batch.Epoch, batch.End);
        }

        book.Epoch++;
        batch.Epoch = book.Epoch;
    }

    /// <summary>Evicts a slice.</summary>
    /// <returns>True when nothing is left that may leave now.</returns>
    public bool Evict(Book book)
    {
        long position = _ledger.Position;
        while (_written.TryPeek(out (int Epoch, long End) oldest) && oldest.End <= position)
        {
            _written.Dequeue();
            _evictable = oldest.Epoch;
            _done = false;
        }

        if (_written.Count == 0 && _newest.End <= position && _newest.Epoch != _evictable)
        {
            _evictable = _newest.Epoch;
            _done = false;
        }

        _done = _done || book.Evict(FamiliesPerBatch, _evictable, null);
        return _done;
    }
}
