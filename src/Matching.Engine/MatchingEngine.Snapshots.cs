using Matching.Engine.State;

namespace Matching.Engine;

/// <content>Snapshots: what a start begins from instead of the first event.</content>
public sealed partial class MatchingEngine
{
    private readonly SnapshotLoop? _snapshots;
    private readonly SnapshotScheduler? _desk;

    /// <summary>
    /// Takes a snapshot of what is durable now, beside the joins, and waits for it. The engine takes them by itself
    /// (<see cref="MatchingOptions.SnapshotBytes"/>); this is for a planned stop, or before a copy is made of the directory.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the snapshot.</param>
    /// <exception cref="InvalidOperationException">The engine keeps everything in memory.</exception>
    /// <exception cref="MatchingUnavailableException">The engine closed meanwhile.</exception>
    /// <exception cref="Storage.JournalException">It could not be written or built; the one before stays.</exception>
    public Task<SnapshotTaken> SnapshotAsync(CancellationToken cancellationToken = default) => _desk is null
        ? Task.FromException<SnapshotTaken>(new InvalidOperationException("nothing is on disk: open the engine with a DataDirectory"))
        : _desk.TakeAsync().WaitAsync(cancellationToken);

    private void Warn(string text)
    {
        if (_options.Warned is { } warned)
        {
            _options.Scheduling.Queue(new Warning(warned, text));
        }
    }

    private sealed class Warning(Action<string> warned, string text) : IThreadPoolWorkItem
    {
        public void Execute() => warned(text);
    }
}
