using System.Threading.Channels;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// A model of the caller's own, such as a list or a count, that follows the engine's durable events (<see cref="MatchingEngine.Follow"/>).
/// One thread applies the events, each once and in order, and answers the reads between them: the model needs no lock. The engine never
/// waits for it; a slow one costs no memory, since it reads the journal. It lives in memory and is made anew at each start. Any thread.
/// </summary>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class JournalFollower<TModel>
    where TModel : class
{
    /// <summary>Between two looks at the inbox.</summary>
    private const int EventsPerTurn = 16_384;

    private readonly Channel<ModelRead?> _inbox = Channel.CreateUnbounded<ModelRead?>(new() { SingleReader = true });
    private readonly List<ModelRead> _waiting = [];
    private readonly FollowedJournal _source;
    private readonly TModel _model;
    private readonly BlockApplied<TModel> _apply;
    private readonly Action<TModel, bool>? _turned;
    private readonly Func<TModel, Task<long>>? _load;
    private long _position;
    private int _woken;
    private Exception? _broken;

    /// <param name="source">What it follows.</param>
    /// <param name="model">The model.</param>
    /// <param name="apply">Changes it by a block of events.</param>
    /// <param name="fromSequence">The first event it needs.</param>
    /// <param name="load">Fills it at the start and says from which event on it follows; null where the journal is enough.</param>
    /// <param name="turned">
    /// Told after each turn, and once at the end, true then, when it has applied everything; null for a model that keeps nothing.
    /// </param>
    internal JournalFollower(
        FollowedJournal source, TModel model, BlockApplied<TModel> apply, long fromSequence, Func<TModel, Task<long>>? load = null,
        Action<TModel, bool>? turned = null)
    {
        _source = source;
        _model = model;
        _apply = apply;
        _position = fromSequence;
        _load = load;
        _turned = turned;
    }

    /// <summary>Sequence of the next event to be applied.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Durable events not applied yet.</summary>
    public long Lag => Math.Max(0, _source.Journal.DurableSequence - Position);

    /// <summary>What ended it: thrown where an event was applied, or by the journal; null while it follows.</summary>
    public Exception? Broken => Volatile.Read(ref _broken);

    /// <summary>
    /// Reads the model, once it has applied everything that was durable at the call: who asks finds what he was answered. Counts as a
    /// request in flight.
    /// </summary>
    /// <param name="read">Runs on the follower's thread, between two events: copy what is wanted, keep nothing of the model.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MatchingUnavailableException">The follower is broken, or the engine has stopped, closes or is too
    /// busy. What <paramref name="read"/> throws comes out as it is, and breaks nothing.</exception>
    public ValueTask<TResult> ReadAsync<TResult>(Func<TModel, TResult> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        _source.EnterRead();
        var reply = new ModelReply<TResult>();
        if (!_inbox.Writer.TryWrite(new ModelRead(_source.Journal.DurableSequence, broken => Settle(reply, read, broken))))
        {
            _source.InFlight.Leave(1);
            throw MatchingUnavailableException.Closed();
        }

        return new ValueTask<TResult>(reply.Task.WaitAsync(cancellationToken));
    }

    /// <summary>The journal has grown. Called by the journal loop: a wake-up already on its way is not doubled.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref _woken) == 0 && Interlocked.Exchange(ref _woken, 1) == 0)
        {
            _inbox.Writer.TryWrite(null);
        }
    }

    internal void Complete() => _inbox.Writer.Complete();

    internal async Task RunAsync()
    {
        await LoadAsync().ConfigureAwait(true);
        using IJournalReader reader = _source.Journal.Read(Math.Max(_position, _source.Journal.FirstSequence));
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

        while (_turned is not null && ReadSome(reader))
        {
            // What it keeps leaves nothing for the next start to do again.
        }

        End();
    }

    /// <returns>True when anything was there.</returns>
    private bool TakeInbox()
    {
        bool any = false;
        while (_inbox.Reader.TryRead(out ModelRead? read))
        {
            any = true;
            if (read is not null)
            {
                _waiting.Add(read);
            }
        }

        return any;
    }

    private async Task LoadAsync()
    {
        try
        {
            _position = _load is null ? _position : await _load(_model).ConfigureAwait(true);
        }
#pragma warning disable CA1031 // as below
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, e);
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
            bool more = true;
            while (_position < until
                && (more = reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events)))
            {
                _apply(_model, sequence, count, events);
                Volatile.Write(ref _position, sequence + count);
            }

            _turned?.Invoke(_model, false);
            return more;
        }
#pragma warning disable CA1031 // what a model throws ends the model; it must not stop the engine
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, e);
            return false;
        }
    }

    private void End()
    {
        try
        {
            if (_broken is null)
            {
                _turned?.Invoke(_model, true);
            }
        }
#pragma warning disable CA1031 // as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _broken, e);
        }
    }

    private void Answer()
    {
        Exception? broken = _broken is null ? null
            : new MatchingUnavailableException($"{_source.Name} cannot be read until the next start: {_broken.Message}", _broken);
        for (int i = _waiting.Count - 1; i >= 0; i--)
        {
            if (broken is not null || _waiting[i].Position <= _position)
            {
                // The slot first: the caller may ask again at once.
                ModelRead read = _waiting[i];
                _waiting.RemoveAt(i);
                _source.InFlight.Leave(1);
                read.Settle(broken);
            }
        }
    }

    private void Settle<TResult>(ModelReply<TResult> reply, Func<TModel, TResult> read, Exception? broken)
    {
        reply.Error = broken;
        try
        {
            reply.Result = broken is null ? read(_model) : default;
        }
#pragma warning disable CA1031 // it goes to the caller
        catch (Exception e)
#pragma warning restore CA1031
        {
            reply.Error = e;
        }

        _source.Queue(reply);
    }
}

/// <summary>Changes a model by the next block of events, whose bytes are valid during the call.</summary>
internal delegate void BlockApplied<TModel>(TModel model, long sequence, int count, ReadOnlyMemory<byte> events);

/// <summary>What a follower follows, and how it answers.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Journal">The journal.</param>
/// <param name="InFlight">Where its reads count.</param>
/// <param name="EnterRead">Lets a read in, or throws.</param>
/// <param name="Queue">Runs a reply later, apart from the follower's thread.</param>
internal sealed record FollowedJournal(
    string Name, IJournal Journal, InFlight InFlight, Action EnterRead, Action<IThreadPoolWorkItem> Queue);

/// <summary>A read that waits for a position.</summary>
internal sealed record ModelRead(long Position, Action<Exception?> Settle);

/// <summary>The waiting end of a read. The caller's code goes on inside <see cref="Execute"/>.</summary>
internal sealed class ModelReply<TResult> : TaskCompletionSource<TResult>, IThreadPoolWorkItem
{
    public TResult? Result { get; set; }

    public Exception? Error { get; set; }

    public void Execute()
    {
        if (Error is null)
        {
            TrySetResult(Result!);
        }
        else
        {
            TrySetException(Error);
        }
    }
}
