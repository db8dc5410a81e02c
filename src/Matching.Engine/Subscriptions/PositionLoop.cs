using Matching.Storage;

namespace Matching.Engine.Subscriptions;

/// <summary>
/// Reads and saves positions of subscriptions on a loop of its own, because a saving syncs a file and its directory.
/// Everything asked while one saving runs is done by the next: of a name's acknowledgments only the last is written.
/// </summary>
internal sealed class PositionLoop
{
    private readonly PositionFiles _files;
    private readonly IJournal _journal;
    private readonly Action<IThreadPoolWorkItem> _queue;
    private readonly Actor<Request> _loop;
    private readonly Dictionary<string, long> _open = [];

    public PositionLoop(PositionFiles files, IJournal journal, Action<IThreadPoolWorkItem> queue)
    {
        _files = files;
        _journal = journal;
        _queue = queue;
        _loop = new Actor<Request>(requests =>
        {
            for (int i = 0; i < requests.Count; i++)
            {
                Run(requests, i);
            }

            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Takes a name and says where it stands; saves where it begins when it is new.</summary>
    public Task<long> OpenAsync(string name, SubscriptionStart start, CancellationToken cancellationToken) =>
        Ask(new Request(Kind.Open, name, start == SubscriptionStart.Now ? _journal.DurableSequence : _journal.FirstSequence),
            cancellationToken);

    public Task SaveAsync(string name, long position, CancellationToken cancellationToken) =>
        Ask(new Request(Kind.Save, name, position), cancellationToken);

    /// <summary>Gives a name back.</summary>
    public Task CloseAsync(string name) => Ask(new Request(Kind.Close, name, 0), CancellationToken.None);

    public Task RunAsync() => _loop.RunAsync();

    public void Complete() => _loop.Complete();

    private Task<long> Ask(Request request, CancellationToken cancellationToken)
    {
        if (!_loop.Inbox.TryWrite(request))
        {
            // Closing a subscription after its engine has nothing left to do.
            return request.Kind == Kind.Close ? Task.FromResult(0L) : throw MatchingUnavailableException.Closed();
        }

        return request.Task.WaitAsync(cancellationToken);
    }

    private void Run(List<Request> requests, int index)
    {
        Request request = requests[index];
        try
        {
            request.Position = request.Kind switch
            {
                Kind.Open => Open(request),
                Kind.Save => Save(requests, index),
                _ => Close(request.Name),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            request.Error =
                new SubscriptionException($"the position of the subscription {request.Name} cannot be read or saved: {e.Message}", e);
        }
        catch (Exception e) when (e is SubscriptionException or InvalidOperationException)
        {
            request.Error = e;
        }

        _queue(request);
    }

    private long Open(Request request)
    {
        if (_open.ContainsKey(request.Name))
        {
            throw new InvalidOperationException($"the subscription {request.Name} is in use: dispose it before it is opened again");
        }

        long? saved = _files.Load(request.Name);
        if (saved > _journal.DurableSequence)
        {
            throw new SubscriptionException(
                $"the subscription {request.Name} stands at event {saved}, but the journal ends at {_journal.DurableSequence}: " +
                "they do not belong together. Delete the subscription's file to let it begin anew");
        }

        if (saved is null)
        {
            _files.Save(request.Name, request.Position);
        }

        return _open[request.Name] = saved ?? request.Position;
    }

    private long Save(List<Request> requests, int index)
    {
        Request request = requests[index];
        long position = request.Position;
        for (int i = index + 1; i < requests.Count; i++)
        {
            if (requests[i].Kind == Kind.Save && string.Equals(requests[i].Name, request.Name, StringComparison.Ordinal))
            {
                position = Math.Max(position, requests[i].Position);
            }
        }

        if (_open.TryGetValue(request.Name, out long saved) && position > saved)
        {
            _files.Save(request.Name, position);
            _open[request.Name] = position;
        }

        return position;
    }

    private long Close(string name)
    {
        _open.Remove(name);
        return 0;
    }

    private enum Kind
    {
        Open,
        Save,
        Close,
    }

    private sealed class Request(Kind kind, string name, long position) : TaskCompletionSource<long>, IThreadPoolWorkItem
    {
        public Kind Kind => kind;

        public string Name => name;

        public long Position { get; set; } = position;

        public Exception? Error { get; set; }

        public void Execute()
        {
            if (Error is null)
            {
                TrySetResult(Position);
            }
            else
            {
                TrySetException(Error);
            }
        }
    }
}
