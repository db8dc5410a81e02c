namespace Matching.Storage;

/// <summary>
/// Writes the watermark behind the writer: every 4 MiB of blocks and in every segment, one write at a time, on another thread.
/// </summary>
internal sealed class LazyWatermark(Watermark watermark, TaskScheduler scheduler) : IDisposable
{
    private const long EveryBytes = 4 << 20;
    private Task _writing = Task.CompletedTask;
    private long _bytes;

    /// <summary>Counts what became durable and, when it is time and the last mark is done, starts the next.</summary>
    /// <exception cref="IOException">An earlier mark could not be written: the disk fails.</exception>
    public void Advance(int bytes, in DurablePoint point)
    {
        _bytes += bytes;
        if (_bytes >= EveryBytes && _writing.IsCompleted)
        {
            Start(point);
        }
    }

    /// <summary>Lets the next <see cref="Advance"/> start a mark: the log has a new segment to be missed.</summary>
    public void Hasten() => _bytes = EveryBytes;

    /// <summary>Writes a mark behind the one under way; durable when it returns.</summary>
    public void WriteNow(in DurablePoint point)
    {
        _writing.GetAwaiter().GetResult();
        watermark.Write(point);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        watermark.Dispose();
    }

    private void Start(DurablePoint point)
    {
        _writing.GetAwaiter().GetResult();
        _bytes = 0;
        _writing = Task.Factory.StartNew(() => watermark.Write(point), CancellationToken.None, TaskCreationOptions.LongRunning, scheduler);
    }
}
