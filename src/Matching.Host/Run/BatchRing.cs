using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Matching.Host.Run;

/// <summary>
/// The batches between the reading thread and the answering task: so many and no more, so reading waits when all are in
/// flight. One reader, one answerer.
/// </summary>
internal sealed class BatchRing : IDisposable
{
    private const int MostBatches = 32;

    private readonly BlockingCollection<Batch> _free = new(new ConcurrentQueue<Batch>());
    private readonly Channel<Batch> _filled = Channel.CreateUnbounded<Batch>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = false, AllowSynchronousContinuations = false });

    private readonly SemaphoreSlim _emptied = new(0);

    /// <summary>Makes the batches.</summary>
    /// <param name="maxInFlight">Lines read and not yet answered, at most.</param>
    public BatchRing(int maxInFlight)
    {
        int batches = Math.Min(MostBatches, maxInFlight);
        for (int i = 0; i < batches; i++)
        {
            _free.Add(new Batch(maxInFlight / batches));
        }
    }

    /// <summary>Filled batches, in the order read; ends when reading has ended.</summary>
    public ChannelReader<Batch> Filled => _filled.Reader;

    /// <summary>An empty batch; waits for one. False when answering has ended.</summary>
    public bool TryTake([NotNullWhen(true)] out Batch? batch) => _free.TryTake(out batch, Timeout.Infinite);

    /// <summary>Hands a filled batch on.</summary>
    public void Post(Batch batch) => _filled.Writer.TryWrite(batch);

    /// <summary>Hands on a batch that ends with a barrier, and waits until all of it has been answered.</summary>
    public void PostAndWait(Batch batch)
    {
        Post(batch);
        _emptied.Wait();
    }

    /// <summary>Lets the reader behind a barrier go on.</summary>
    public void PassBarrier() => _emptied.Release();

    /// <summary>Gives an answered batch back.</summary>
    public void Return(Batch batch)
    {
        batch.Clear();
        _free.Add(batch);
    }

    /// <summary>No more is read.</summary>
    public void EndReading() => _filled.Writer.TryComplete();

    /// <summary>No more is answered: nobody may wait for it.</summary>
    public void EndAnswering()
    {
        _free.CompleteAdding();
        _emptied.Release();
    }

    public void Dispose()
    {
        _free.Dispose();
        _emptied.Dispose();
    }
}
