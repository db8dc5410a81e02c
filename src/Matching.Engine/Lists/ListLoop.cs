using System.Threading.Channels;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.Ledger;
using Matching.Storage;

namespace Matching.Engine.Lists;

/// <summary>
/// Follows the journal behind the shards and keeps the lists. Starts from the snapshot that the engine started from, or at the first
/// event, in the background. An order that the snapshot left to the order ledger is taken from there when an event concerns it. Should it
/// fail, the lists are gone until the next start, and joins go on.
/// </summary>
internal sealed class ListLoop(
    IJournal journal, SnapshotStore? store, ILedger? ledger, long snapshotSequence, Action<IThreadPoolWorkItem> queue, InFlight inFlight,
        int expectedOrders)
{
    /// <summary>Between two looks at the inbox.</summary>
    private const int EventsPerTurn = 16_384;

    private readonly Channel<ListQuery?> _inbox = Channel.CreateUnbounded<ListQuery?>(new() { SingleReader = true });
    private readonly OrderLists _lists = new(expectedOrders);
    private readonly List<ListQuery> _waiting = [];
    private long _position;
    private int _woken;
    private Exception? _broken;

    /// <summary>The journal has grown. Called by the journal loop: a wake-up already on its way is not doubled.</summary>
    public void Wake()
    {
        if (Volatile.Read(ref _woken) == 0 && Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _inbox.Writer.TryWrite(null);
        }
    }

    /// <summary>Asks; the query is in flight already.</summary>
    /// <returns>False when the loop has ended.</returns>
    public bool Ask(ListQuery query) => _inbox.Writer.TryWrite(query);

    public void Complete() => _inbox.Writer.Complete();

    public async Task RunAsync()
    {
        await LoadAsync().ConfigureAwait(true);
        using IJournalReader reader = journal.Read(Math.Max(_position, journal.FirstSequence));
        bool open = true;
        while (open)
        {
            Volatile.Write(ref _woken, 0);
            Interlocked.MemoryBarrier();
            bool more = ReadSome(reader);

            // A wake-up taken here came after the reading: what it tells of lies in the journal unread, so look again.
            more |= TakeInbox();
            Answer();
            if (!more)
            {
                open = await _inbox.Reader.WaitToReadAsync().ConfigureAwait(true);
            }
        }
    }

    /// <returns>True when anything was there.</returns>
    private bool TakeInbox()
    {
        bool any = false;
        while (_inbox.Reader.TryRead(out ListQuery? query))
        {
            any = true;
            if (query is not null)
            {
                _waiting.Add(query);
            }
        }

        return any;
    }

    /// <summary>
    /// Takes the orders of the snapshot, a partition at a time: what is asked meanwhile waits, as it does for the journal.
    /// </summary>
    private async Task LoadAsync()
    {
        if (snapshotSequence == 0)
        {
            return;
        }

        try
        {
            using Snapshot snapshot = store!.Open(snapshotSequence);
            byte[] buffer = [];
            foreach (int section in snapshot.Sections)
            {
                if (section < BookOptions.Partitions)
                {
                    Book.ReadOrders(snapshot.Read(section, ref buffer).Span, _lists.Load);
                    await Task.Yield();
                }
            }

            _position = snapshotSequence;
        }
#pragma warning disable CA1031 // as below
        catch (Exception e)
#pragma warning restore CA1031
        {
            _broken = e;
        }
    }

    /// <returns>True when there may be more at once.</returns>
    private bool ReadSome(IJournalReader reader)
    {
        if (_broken is not null)
        {
            return false;
        }

        try
        {
            long until = _position + EventsPerTurn;
            while (_position < until)
            {
                if (!reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
                {
                    return false;
                }

                for (int i = 0; i < count; i++)
                {
                    Event e = Recovery.Read(ref events, sequence + i, out ControlEvent? control);
                    if (control is null)
                    {
                        Recall(e, sequence + i);
                        _lists.Apply(e);
                    }
                }

                _position = sequence + count;
            }

            return true;
        }
#pragma warning disable CA1031 // the lists are a convenience; whatever broke them must not stop the engine
        catch (Exception e)
#pragma warning restore CA1031
        {
            _broken = e;
            return false;
        }
    }

    private void Recall(in Event e, long sequence)
    {
        if (ledger is not null && _lists.Lacks(e) && Families.OfOrder(ledger, e.Item, e.Order, sequence)?.FindOrder(e.Order) is { } order)
        {
            _lists.Load(new SavedOrder(order, [], IsInOpenTeam: false));
        }
    }

    private void Answer()
    {
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            ListQuery query = _waiting[i];
            if (_broken is not null)
            {
                query.Fail(new MatchingUnavailableException("the lists cannot be read until the next start: " + _broken.Message, _broken));
            }
            else if (query.Position <= _position)
            {
                query.Run(_lists);
            }
            else
            {
                continue;
            }

            _waiting.RemoveAt(i);
            inFlight.Leave(1);
            queue(query);
        }
    }
}
