using System.Threading.Channels;
using Matching.Storage;

namespace Matching.Engine.Recordings;

/// <summary>
/// Records the traffic of an engine on a loop of its own. Shards, and the loop of campaigns, encode what they decided into chunks of tape;
/// the journal loop hands them on once they are durable; this loop writes them. Only the number of chunks bounds it: a slow disk leaves
/// shards without tape, and then they count instead of waiting. A failed disk ends the recording and nothing else.
/// </summary>
internal sealed class Recorder : IDisposable
{
    private readonly Channel<RecordBuffer> _inbox =
        Channel.CreateUnbounded<RecordBuffer>(new() { SingleReader = true, SingleWriter = true });
    private readonly TapeChunks _chunks;
    private readonly CommandRecorder[] _tapes;
    private readonly RecordingWriter _writer;
    private long _commands;
    private long _lost;
    private long _campaignCommands;
    private long _endSequence;
    private Exception? _failure;

    /// <summary>Makes the folder and its first file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public Recorder(IDisk disk, RecordingOptions options, in RecordingHead sitting)
    {
        _chunks = new TapeChunks(options.BufferBytes);
        _tapes = [.. Enumerable.Range(0, sitting.Shards).Select(shard => new CommandRecorder(shard, _chunks))];
        CampaignTape = new CommandRecorder(0, _chunks);
        _writer = new RecordingWriter(disk, options, sitting);
    }

    /// <summary>How it goes. Any thread.</summary>
    public RecordingStatus Status => new(
        Volatile.Read(ref _commands), Volatile.Read(ref _lost) + Tapes.Sum(tape => tape.DroppedEver), _writer.Bytes,
            Volatile.Read(ref _failure))
    {
        CampaignCommands = Volatile.Read(ref _campaignCommands),
    };

    /// <summary>The tap of one shard.</summary>
    public CommandRecorder TapeOf(int shard) => _tapes[shard];

    /// <summary>The tap of the loop that decides campaign commands.</summary>
    public CommandRecorder CampaignTape { get; }

    private IEnumerable<CommandRecorder> Tapes => _tapes.Append(CampaignTape);

    /// <summary>Takes the tape of a batch. Called by the journal loop.</summary>
    /// <param name="tape">The batch's chunks.</param>
    /// <param name="durable">False when its answers became Unavailable: then it never happened.</param>
    public void Take(RecordBuffer tape, bool durable)
    {
        for (RecordBuffer? chunk = tape; chunk is not null;)
        {
            RecordBuffer? next = chunk.Next;
            if (!durable || !_inbox.Writer.TryWrite(chunk))
            {
                _chunks.GiveBack(chunk);
            }

            chunk = next;
        }
    }

    /// <summary>Lets the loop end once all is written. The shards and the journal loop have ended.</summary>
    /// <param name="sequence">Events in the journal.</param>
    public void Complete(long sequence)
    {
        _endSequence = sequence;
        _inbox.Writer.Complete();
    }

    public async Task RunAsync()
    {
        while (await _inbox.Reader.WaitToReadAsync().ConfigureAwait(true))
        {
            while (_inbox.Reader.TryRead(out RecordBuffer? chunk))
            {
                Write(chunk);
                _chunks.GiveBack(chunk);
            }

            Try(static (writer, _) => writer.Flush(), 0);
        }

        Try(static (writer, end) => writer.End(end.Dropped, end.Sequence),
            (Dropped: Tapes.Sum(tape => tape.DroppedUntold), Sequence: _endSequence));
    }

    public void Dispose() => _writer.Dispose();

    private void Write(RecordBuffer chunk)
    {
        Try(static (writer, chunk) => writer.Add(chunk), chunk);
        ref long count = ref _failure is not null ? ref _lost
            : ref chunk.Kind == RecordingFormat.Campaigns ? ref _campaignCommands : ref _commands;
        Volatile.Write(ref count, count + chunk.Count);
    }

    private void Try<T>(Action<RecordingWriter, T> write, T what)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            write(_writer, what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _failure, e);
        }
    }
}
