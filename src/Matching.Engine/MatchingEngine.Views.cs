namespace Matching.Engine;

/// <content>Views (R22): told by the storefront, written behind the joins, lost ones counted.</content>
public sealed partial class MatchingEngine
{
    private readonly Lock _viewing = new();
    private ViewLoop? _views;
    private Task _viewTask = Task.CompletedTask;
    private bool _viewsStopped;

    /// <summary>Views since the start.</summary>
    public ViewStatus Views => Volatile.Read(ref _views)?.Status ?? new ViewStatus(0, 0, 0);

    /// <summary>
    /// Notes that somebody looked at an item (R22). Never waits, and no join waits for it. Not durable: it is written soon, and not synced.
    /// </summary>
    /// <param name="view">The view.</param>
    /// <returns>False where it is lost, which is counted: too many wait to be written, or the engine closes or has no directory.</returns>
    /// <exception cref="ArgumentException">An id or the time is out of range; nothing was noted.</exception>
    public ValueTask<bool> ViewAsync(in View view)
    {
        Check(view);
        return new ValueTask<bool>((Volatile.Read(ref _views) ?? StartViews())?.Note(view) ?? false);
    }

    /// <summary>Notes many views, as <see cref="ViewAsync"/>.</summary>
    /// <returns>How many are noted; the others are lost.</returns>
    /// <exception cref="ArgumentException">An id or the time of one is out of range; nothing was noted.</exception>
    public ValueTask<int> ViewBatchAsync(ReadOnlyMemory<View> views)
    {
        foreach (ref readonly View view in views.Span)
        {
            Check(view);
        }

        ViewLoop? loop = Volatile.Read(ref _views) ?? StartViews();
        int noted = 0;
        foreach (ref readonly View view in views.Span)
        {
            noted += loop?.Note(view) ?? false ? 1 : 0;
        }

        return new ValueTask<int>(noted);
    }

    private static void Check(in View view)
    {
        Arguments.Id(view.Item, nameof(view.Item));
        Arguments.Id(view.Viewer, nameof(view.Viewer));
        Arguments.IdOrNone(view.Sharer, nameof(view.Sharer));
        Arguments.View(view);
    }

    private ViewLoop? StartViews()
    {
        lock (_viewing)
        {
            if (_views is null && !_viewsStopped && _options.DataDirectory is { } directory)
            {
                var loop = new ViewLoop(new ViewLogWriter(directory, _options.ViewLogBytes), () => _space is { IsLow: true }, () => Now);
                _viewTask = _pipeline.Run("matching views", loop.RunAsync);
                Volatile.Write(ref _views, loop);
            }

            return _views;
        }
    }

    private Task StopViewsAsync()
    {
        lock (_viewing)
        {
            _viewsStopped = true;
            _views?.Complete();
            return _viewTask;
        }
    }
}
