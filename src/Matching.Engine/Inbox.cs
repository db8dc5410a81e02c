using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Matching.Core;

namespace Matching.Engine;

/// <summary>
/// What was sent to a shard. Load: millions of entries a second, each made on another core, each for an item and an order that
/// no cache near this core holds. They are taken out some at a time, and what their commands will look at is fetched together,
/// so that the misses overlap: one after the other they were a quarter of the shard's time. Nothing waits for
/// that: whatever lies there is taken, one entry or many.
/// </summary>
internal sealed class Inbox
{
    /// <summary>Half of what may be prefetched together: the entries themselves take two lines each.</summary>
    private const int TakenTogether = Book.PrefetchedTogether / 2;

    private readonly Channel<IInboxEntry> _channel = Channel.CreateUnbounded<IInboxEntry>(new() { SingleReader = true });
    private readonly IInboxEntry?[] _taken = new IInboxEntry?[TakenTogether];
    private int _next;
    private int _count;

    /// <summary>Puts an entry in. Any thread.</summary>
    /// <returns>False once <see cref="Complete"/> was called.</returns>
    public bool TryWrite(IInboxEntry entry) => _channel.Writer.TryWrite(entry);

    /// <summary>Nothing more is taken in. Once; any thread.</summary>
    public void Complete() => _channel.Writer.Complete();

    /// <summary>Waits for an entry; to be asked when <see cref="TryTake"/> had none. The shard's loop only.</summary>
    /// <returns>False when none will come any more.</returns>
    public ValueTask<bool> WaitAsync() => _channel.Reader.WaitToReadAsync();

    /// <summary>Takes the next entry out. The shard's loop only.</summary>
    /// <param name="book">The book its commands will be asked of.</param>
    /// <param name="entry">The entry; null where there is none.</param>
    public bool TryTake(Book book, [NotNullWhen(true)] out IInboxEntry? entry)
    {
        if (_next == _count)
        {
            _next = 0;
            _count = TakeSome(book);
        }

        if (_count == 0)
        {
            entry = null;
            return false;
        }

        entry = _taken[_next]!;
        _taken[_next++] = null;
        return true;
    }

    private int TakeSome(Book book)
    {
        Span<CommandKey> keys = stackalloc CommandKey[TakenTogether];
        int count = 0, commands = 0;
        while (count < TakenTogether && _channel.Reader.TryRead(out IInboxEntry? entry))
        {
            _taken[count++] = entry;

            // Batches fetch for themselves.
            if (entry is CommandRequest request)
            {
                keys[commands++] = request.Command.Key;
            }
        }

        // One alone would only be looked up twice.
        if (commands > 1)
        {
            book.Prefetch(keys[..commands]);
        }

        return count;
    }
}
