using System.Collections.Concurrent;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace Matching.Benchmarks.Limits;

/// <summary>
/// The least that a request costs which crosses to a loop and back: a pooled reply written into a channel, drained in
/// batches by one thread, and completed on the thread pool, one work item a batch. Nothing is done with the request.
/// </summary>
internal sealed class RawChannel
{
    private const int Drained = 2048;

    private readonly Channel<Request> _inbox = Channel.CreateUnbounded<Request>(new() { SingleReader = true });
    private readonly ConcurrentQueue<Request> _pool = new();

    /// <summary>So many requests by so many callers, each waiting for its answer before it asks again.</summary>
    public async Task RunAsync(int callers, int requests)
    {
        Task loop = Task.Factory.StartNew(Drain, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(requests / callers))).ConfigureAwait(false);
        await _inbox.Writer.WriteAsync(new Request(_pool) { IsLast = true }).ConfigureAwait(false);
        await loop.ConfigureAwait(false);
    }

    private async Task CallAsync(int requests)
    {
        await Task.Yield();
        for (int i = 1; i <= requests; i++)
        {
            Request request = _pool.TryDequeue(out Request? pooled) ? pooled : new Request(_pool);
            request.Value = i;
            _inbox.Writer.TryWrite(request);
            if (await request.Wait.ConfigureAwait(false) != i)
            {
                throw new InvalidOperationException("an answer belongs to another request");
            }
        }
    }

    private void Drain()
    {
        while (_inbox.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var batch = new Batch();
            while (batch.Count < Drained && _inbox.Reader.TryRead(out Request? request))
            {
                if (request.IsLast)
                {
                    return;
                }

                batch.Add(request);
            }

            ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
        }
    }

    private sealed class Batch : List<Request>, IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (Request request in this)
            {
                request.Complete();
            }
        }
    }

    private sealed class Request(ConcurrentQueue<Request> pool) : IValueTaskSource<long>
    {
        private ManualResetValueTaskSourceCore<long> _core;

        public long Value { get; set; }

        public bool IsLast { get; init; }

        public ValueTask<long> Wait => new(this, _core.Version);

        public void Complete() => _core.SetResult(Value);

        public long GetResult(short token)
        {
            long value = _core.GetResult(token);
            _core.Reset();
            pool.Enqueue(this);
            return value;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
