using Matching.Engine;

namespace Matching.Recording;

/// <summary>
/// Records the traffic of an engine on a loop of its own. Shards, and the loop of campaigns, encode what they decided into buffers; the
/// journal loop hands them on once they are durable; this loop writes them. Only the number of buffers bounds it: a slow disk leaves shards
/// without a buffer, and then they count instead of waiting. A failed disk ends the recording and nothing else.
/// </summary>
internal sealed class Recorder : Tap
{
    private readonly Actor<RecordBuffer> _loop;
    private readonly RecordBuffers _buffers;
    private readonly CommandRecorder[] _shards;
    private readonly CommandRecorder _campaigns;
    private readonly RecordingWriter _writer;
    private long _commands;
    private long _lost;
    private long _campaignCommands;
    private long _endSequence;
    private Exception? _failure;

    /// <summary>Makes the folder and its first file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public Recorder(RecordingOptions options, in RecordingHead sitting)
    {
        _loop = new Actor<RecordBuffer>(
            buffers =>
            {
                buffers.ForEach(Write);
                return ValueTask.CompletedTask;
            },
            idle: () => Try(static (writer, _) => writer.Flush(), 0));
        _buffers = new RecordBuffers(options.BufferBytes, _loop.Inbox);
        _shards = [.. Enumerable.Range(0, sitting.Shards).Select(shard => new CommandRecorder(shard, _buffers))];
        _campaigns = new CommandRecorder(0, _buffers);
        _writer = new RecordingWriter(options, sitting);
    }

    public override RecordingStatus Status => new(
        Volatile.Read(ref _commands), Volatile.Read(ref _lost) + Recorders.Sum(one => one.DroppedEver), _writer.Bytes,
            Volatile.Read(ref _failure))
    {
        CampaignCommands = Volatile.Read(ref _campaignCommands),
    };

    public override LoopTap Campaigns => _campaigns;

    private IEnumerable<CommandRecorder> Recorders => _shards.Append(_campaigns);

    public override LoopTap OfShard(int shard) => _shards[shard];

    public override void Complete(long sequence)
    {
        _endSequence = sequence;
        _loop.Complete();
    }

    public override async Task RunAsync()
    {
        await _loop.RunAsync().ConfigureAwait(true);
        Try(static (writer, end) => writer.End(end.Dropped, end.Sequence),
            (Dropped: Recorders.Sum(one => one.DroppedUntold), Sequence: _endSequence));
    }

    public override void Dispose() => _writer.Dispose();

    private void Write(RecordBuffer buffer)
    {
        Try(static (writer, buffer) => writer.Add(buffer), buffer);
        ref long count = ref _failure is not null ? ref _lost
            : ref buffer.Kind == RecordingFormat.Campaigns ? ref _campaignCommands : ref _commands;
        Volatile.Write(ref count, count + buffer.Count);
        _buffers.Return(buffer);
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
