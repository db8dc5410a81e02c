using System.Threading.Channels;

namespace Matching.Engine;

/// <summary>
/// Takes views in and writes them, behind everything else: a bounded queue, and a loop that begins with the first view. What does not fit,
/// or cannot be written, is lost and counted.
/// </summary>
/// <param name="log">Where they go.</param>
/// <param name="isLow">Whether the disk is low: then orders need what is left.</param>
/// <param name="now">The engine's time, in ms since 1970.</param>
internal sealed class ViewLoop(ViewLogWriter log, Func<bool> isLow, Func<long> now)
{
    public const int Capacity = 1 << 16;

    private readonly Channel<View> _queue = Channel.CreateBounded<View>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private long _noted;
    private long _written;
    private long _lost;
    private long _lostWritten;

    public ViewStatus Status => new(Volatile.Read(ref _noted), Volatile.Read(ref _written), Volatile.Read(ref _lost));

    /// <summary>Takes a view in, or counts it as lost. Any thread; never waits.</summary>
    public bool Note(in View view)
    {
        bool noted = _queue.Writer.TryWrite(view with { At = view.At == 0 ? now() : view.At });
        Interlocked.Increment(ref noted ? ref _noted : ref _lost);
        return noted;
    }

    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(true))
        {
            Write();
        }

        Write();
        log.Abandon();
    }

    private void Write()
    {
        int taken = 0;
        try
        {
            for (; taken < Capacity && _queue.Reader.TryRead(out View view); taken++)
            {
                if (isLow())
                {
                    Interlocked.Increment(ref _lost);
                }
                else
                {
                    log.Add(view);
                }
            }

            long lost = Volatile.Read(ref _lost) - _lostWritten;
            if (lost > 0 && !isLow())
            {
                log.AddLost(lost, now());
                _lostWritten += lost;
            }

            log.Flush();
            Volatile.Write(ref _written, _written + taken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // How many of them reached the file is not known: all count as lost, rather too many than too few.
            Interlocked.Add(ref _lost, taken + 1);
            log.Abandon();
        }
    }
}
