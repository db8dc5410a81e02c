using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Matching.Core;
using Matching.Engine.Ledger;
using Matching.Structures;

namespace Matching.Engine.State;

/// <summary>
/// Brings one book forward on a loop of its own, while another reads. A few batches go round between the two; when all of them are
/// back, the lane stands still, and its book may be touched by whoever took them back.
/// </summary>
internal sealed class ReplayWorker
{
    private const int Batches = 4;
    private const int EventsTogether = Book.PrefetchedTogether;

    private readonly Channel<LaneBatch> _full = Channel.CreateUnbounded<LaneBatch>(new() { SingleReader = true, SingleWriter = true });
    private readonly Channel<LaneBatch> _free = Channel.CreateUnbounded<LaneBatch>(new() { SingleReader = true, SingleWriter = true });
    private readonly List<LaneBatch> _taken = [];
    private readonly Book _book;
    private readonly Event[] _events = new Event[EventsTogether];
    private readonly int[] _lengths = new int[EventsTogether];

    /// <summary>A lane of a book.</summary>
    public ReplayWorker(Book book)
    {
        _book = book;
        for (int i = 0; i < Batches; i++)
        {
            _free.Writer.TryWrite(new LaneBatch());
        }
    }

    /// <summary>The batch being filled; null until <see cref="OpenAsync"/>.</summary>
    public LaneBatch? Open { get; private set; }

    /// <summary>Makes sure that there is a batch to fill.</summary>
    public async ValueTask OpenAsync()
    {
        Open ??= _free.Reader.TryRead(out LaneBatch? free) ? free : await TakeAsync().ConfigureAwait(true);
    }

    /// <summary>Passes the batch on to the lane's loop.</summary>
    public void Send()
    {
        if (Open is { } batch)
        {
            Open = null;
            _full.Writer.TryWrite(batch);
        }
    }

    /// <summary>Waits until everything passed on is applied. The book is the caller's until he sends again.</summary>
    public async ValueTask DrainAsync()
    {
        Send();
        while (_taken.Count < Batches)
        {
            _taken.Add(await TakeAsync().ConfigureAwait(true));
        }

        _taken.ForEach(batch => _free.Writer.TryWrite(batch));
        _taken.Clear();
    }

    public void Complete() => _full.Writer.TryComplete();

    public async Task RunAsync()
    {
        try
        {
            while (await _full.Reader.WaitToReadAsync().ConfigureAwait(true))
            {
                while (_full.Reader.TryRead(out LaneBatch? batch))
                {
                    Run(batch);
                    batch.Clear();
                    _free.Writer.TryWrite(batch);
                }
            }
        }
#pragma warning disable CA1031 // whoever waits for a free batch hears of it, whatever it is
        catch (Exception e)
#pragma warning restore CA1031
        {
            _free.Writer.TryComplete(e);
        }
    }

    private async ValueTask<LaneBatch> TakeAsync()
    {
        try
        {
            return await _free.Reader.ReadAsync().ConfigureAwait(true);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    private void Run(LaneBatch batch)
    {
        if (batch.Section >= 0)
        {
            _book.Load(batch.Section, batch.SectionBytes.Span);
            return;
        }

        ReadOnlySpan<byte> rest = batch.Events.Span;
        for (int done = 0; done < batch.Count; done += EventsTogether)
        {
            int together = Math.Min(EventsTogether, batch.Count - done);
            ReadOnlySpan<byte> ahead = rest;
            for (int i = 0; i < together; i++)
            {
                _lengths[i] = Decode(ahead, batch.SequenceOf(done + i), out _events[i]);
                ahead = ahead[_lengths[i]..];
            }

            _book.Prefetch(_events.AsSpan(0, together));
            for (int i = 0; i < together; i++)
            {
                Apply(_events[i], rest[.._lengths[i]], batch.SequenceOf(done + i));
                rest = rest[_lengths[i]..];
            }
        }
    }

    private void Apply(in Event e, ReadOnlySpan<byte> encoded, long sequence)
    {
        try
        {
            if (e.Kind == EventKind.Closed && !_book.Evicts)
            {
                throw new ClosedOrdersException();
            }

            _book.Apply(e, encoded);
        }
        catch (InvariantException broken)
        {
            throw new InvariantException($"event {sequence} of the journal cannot be applied: {broken.Message}", broken);
        }
    }

    private static int Decode(ReadOnlySpan<byte> from, long sequence, out Event e)
    {
        try
        {
            return EventCodec.Read(from, out e);
        }
        catch (FormatException broken)
        {
            throw Recovery.Unreadable(sequence, broken);
        }
    }
}
