using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;
using Matching.Structures;

namespace Matching.Engine.State;

/// <summary>
/// Builds a state: from a snapshot's sections and a journal's blocks, a lane a book. Recovery and the making of snapshots both do it here.
/// Load: a hundred million events at a start. The caller's loop reads, checks and deals out; the lanes decode and apply. Events of one book
/// keep their order; those of campaigns concern every book, so all lanes stand still for one; they are some a second at most.
/// Rejected: a lane a partition group with stealing (one core reads and checks about as fast as another applies).
/// </summary>
internal sealed class ReplayWorkers : IAsyncDisposable
{
    private readonly Books _books;
    private readonly ReplayWorker[] _lanes;
    private readonly List<TaskScheduler> _schedulers = [];
    private readonly Task _running;
    private readonly bool _disposeSchedulers;

    /// <summary>Starts a lane a book.</summary>
    /// <param name="books">Nobody else's until this is disposed.</param>
    /// <param name="loop">The scheduler of a lane.</param>
    /// <param name="disposeSchedulers">Whether they end with this.</param>
    public ReplayWorkers(Books books, Func<int, TaskScheduler> loop, bool disposeSchedulers)
    {
        _books = books;
        _disposeSchedulers = disposeSchedulers;
        _lanes = [.. books.All.Select(book => new ReplayWorker(book))];
        _schedulers.AddRange(_lanes.Select((_, i) => loop(i)));
        _running = Task.WhenAll(_lanes.Select((lane, i) => Scheduling.Start(_schedulers[i], lane.RunAsync)));
    }

    /// <summary>Loads a snapshot into empty books.</summary>
    /// <exception cref="SnapshotDamagedException">It is not whole.</exception>
    /// <exception cref="FormatException">A section is none, or of a newer layout.</exception>
    public async Task LoadAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        byte[] head = [];
        byte[] control = [];
        _books.LoadHead(snapshot.Read(StateSections.Head, ref head).Span, snapshot.Read(StateSections.Control, ref control).Span);
        foreach (int section in snapshot.Sections)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Books.IsOfPartition(section))
            {
                ReplayWorker lane = _lanes[Books.IndexOfSection(section, _lanes.Length)];
                await lane.OpenAsync().ConfigureAwait(true);
                lane.Open!.Section = section;
                lane.Open.SectionBytes = snapshot.Read(section, ref lane.Open.Buffer);
                lane.Send();
            }
        }

        await DrainAsync().ConfigureAwait(true);
    }

    /// <summary>Applies what a reader gives.</summary>
    /// <param name="reader">Stands behind what the books hold.</param>
    /// <param name="until">Where to stop: the end of a block.</param>
    /// <param name="passed">Told the sequence reached, and the bytes, after every block.</param>
    /// <param name="cancellationToken">Ends it between two blocks.</param>
    /// <exception cref="JournalException">An event cannot be read.</exception>
    /// <exception cref="InvariantException">An event cannot follow those before it.</exception>
    public async Task ReplayAsync(IJournalReader reader, long until, Action<long, int> passed, CancellationToken cancellationToken)
    {
        long reached = 0;
        while (reached < until && reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = events.Length;
            reached = sequence + count;
            while (!events.IsEmpty)
            {
                await OpenAsync().ConfigureAwait(true);
                events = Route(events, ref sequence);
                if (!events.IsEmpty)
                {
                    await DrainAsync().ConfigureAwait(true);
                    Recovery.Read(ref events, sequence++, out ControlEvent? control);
                    _books.Apply(control!);
                }
            }

            SendFull();
            passed(reached, length);
        }

        await DrainAsync().ConfigureAwait(true);
    }

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(_lanes, lane => lane.Complete());
        await _running.ConfigureAwait(true);
        foreach (TaskScheduler scheduler in _disposeSchedulers ? _schedulers : [])
        {
            (scheduler as IDisposable)?.Dispose();
        }
    }

    private async ValueTask OpenAsync()
    {
        foreach (ReplayWorker lane in _lanes)
        {
            await lane.OpenAsync().ConfigureAwait(true);
        }
    }

    private void SendFull()
    {
        foreach (ReplayWorker lane in _lanes)
        {
            if (lane.Open is { IsFull: true })
            {
                lane.Send();
            }
        }
    }

    private async ValueTask DrainAsync()
    {
        foreach (ReplayWorker lane in _lanes)
        {
            await lane.DrainAsync().ConfigureAwait(true);
        }
    }

    /// <summary>Deals events out up to the first one of campaigns.</summary>
    /// <returns>What begins with that one; nothing when there is none.</returns>
    private ReadOnlyMemory<byte> Route(ReadOnlyMemory<byte> events, ref long sequence)
    {
        ReadOnlySpan<byte> rest = events.Span;
        while (!rest.IsEmpty && !ControlCodec.IsControl(rest))
        {
            int length = EventCodec.LengthOf(rest);
            if (length < 8 || length > rest.Length)
            {
                throw Recovery.Unreadable(sequence, new FormatException($"an event of {length} bytes"));
            }

            ReadOnlySpan<byte> e = rest[..length];
            long item = EventCodec.ItemOf(e);
            if (item != 0)
            {
                _lanes[Books.IndexOf(item, _lanes.Length)].Open!.Add(e, sequence);
            }
            else
            {
                foreach (ReplayWorker lane in _lanes)
                {
                    lane.Open!.Add(e, sequence);
                }
            }

            sequence++;
            rest = rest[length..];
        }

        return events[^rest.Length..];
    }
}
