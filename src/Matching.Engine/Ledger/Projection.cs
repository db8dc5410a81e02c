using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Engine.Ledger;

/// <summary>
/// A second book beside the shards', from which every family is evicted into the ledger at the end of the block that closed it: the same
/// code as the shards', so what is a closed family, and what its record says, cannot differ from theirs. A later event of an evicted family
/// brings it back first. It is also what snapshots are made of. Rejected: gathering records from events alone, a second way to tell the
/// rules.
/// <para>
/// Up to where the ledger stands, a start finds its records written: they are not written again, and read as of the moment replayed. Before
/// the ledger's own beginning nothing is evicted. One thread at a time.
/// </para>
/// </summary>
public sealed class Projection
{
    private readonly ILedger _ledger;
    private readonly Book _book;

    /// <summary>Begins where the books stand.</summary>
    /// <param name="books">One book that evicts, and the control book.</param>
    /// <param name="ledger">Where what closes goes.</param>
    /// <param name="position">The events before this one are in the books.</param>
    public Projection(Books books, ILedger ledger, long position)
    {
        Books = books;
        _ledger = ledger;
        _book = books.All[0];
        Position = position;
        Evict();
    }

    /// <summary>What is not closed.</summary>
    public Books Books { get; }

    /// <summary>The events before this one are taken in: the end of a block.</summary>
    public long Position { get; private set; }

    /// <summary>Takes in the next block.</summary>
    /// <param name="sequence">Its first event.</param>
    /// <param name="count">Its events.</param>
    /// <param name="events">Their bytes.</param>
    /// <exception cref="JournalException">An event cannot be read.</exception>
    /// <exception cref="LedgerException">The ledger cannot be written or read.</exception>
    public void Apply(long sequence, int count, ReadOnlyMemory<byte> events)
    {
        for (int i = 0; i < count; i++)
        {
            Event e = Recovery.Read(ref events, sequence + i, out ControlEvent? controlEvent);
            if (controlEvent is not null)
            {
                Books.Apply(controlEvent);
                continue;
            }

            if (Families.RecallFor(_book, _ledger, e, Position))
            {
                _book.Apply(e);
            }
        }

        Position = sequence + count;
        Evict();
    }

    private void Evict()
    {
        if (Position >= _ledger.From)
        {
            _book.Evict(int.MaxValue, _book.Epoch, Position <= _ledger.Position ? null : Write);
        }
    }

    private void Write(long first, long second, ReadOnlySpan<byte> record) => _ledger.Write(new LedgerKey(first, second), record, Position);
}
