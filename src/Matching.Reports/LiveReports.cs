using Matching.Engine;

namespace Matching.Reports;

/// <summary>
/// Reports beside a running engine: a follower of its journal keeps the facts, on a thread of its own, and answers between two events. No
/// join waits for it. Any thread. End it before or after the engine.
/// </summary>
public sealed class LiveReports : IAsyncDisposable
{
    private readonly Facts _facts;
    private readonly JournalFollower<Facts> _follower;
    private readonly string? _views;

    private LiveReports(MatchingEngine engine, Facts facts, string? views)
    {
        _facts = facts;
        _views = views;
        _follower = engine.Follow("the reports", facts, static (facts, e) => facts.Apply(e), facts.Position);
    }

    /// <summary>Durable events not taken in yet.</summary>
    public long Lag => _follower.Lag;

    /// <summary>Why it takes in no more; null while it does. Joins go on.</summary>
    public Exception? Broken => _follower.Broken;

    /// <summary>Begins to follow, where the facts end. Facts of another history are made anew.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="file">The facts; null for facts in memory, made anew at each start.</param>
    /// <param name="dataDirectory">The engine's data directory, for its views; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The facts cannot be opened.</exception>
    public static async Task<LiveReports> FollowAsync(
        MatchingEngine engine, string? file, string? dataDirectory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        Facts facts = Facts.Open(file);
        try
        {
            facts.BeginAt(await IsOfAsync(engine, facts, cancellationToken).ConfigureAwait(false), engine.OldestEvent);
            return new LiveReports(engine, facts, dataDirectory);
        }
        catch
        {
            facts.Dispose();
            throw;
        }
    }

    /// <summary>A report of everything that was durable at the call, and of the views written so far.</summary>
    /// <exception cref="ArgumentException">The request is wrong; the message says what is allowed.</exception>
    /// <exception cref="MatchingUnavailableException">The following is broken, or the engine closes or is too busy.</exception>
    public ValueTask<ReportTable> RunAsync(ReportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Problem is { } problem ? throw new ArgumentException(problem, nameof(request))
            : _follower.ReadAsync(
                facts =>
                {
                    facts.ReadViews(_views);
                    return facts.Run(request);
                },
                cancellationToken);
    }

    /// <summary>As <see cref="Facts.EndDay"/>, of what was durable at the call.</summary>
    public ValueTask<DateOnly> EndDayAsync(TimeSpan zone, CancellationToken cancellationToken = default) =>
        _follower.ReadAsync(facts => facts.EndDay(zone), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _follower.ReadAsync(static facts =>
            {
                facts.Commit();
                facts.Dispose();
                return true;
            }).ConfigureAwait(false);
        }
        catch (MatchingUnavailableException)
        {
            // The engine has ended, and the follower's thread with it; what was not committed is read again.
            _facts.Dispose();
        }
    }

    private static async Task<bool> IsOfAsync(MatchingEngine engine, Facts facts, CancellationToken cancellationToken)
    {
        if (facts.Position > engine.Health.DurableSequence)
        {
            return false;
        }

        if (facts.Position <= engine.OldestEvent)
        {
            return true;
        }

        await foreach (JournaledEvent e in engine.ReadEventsAsync(facts.Position - 1, cancellationToken).ConfigureAwait(false))
        {
            return facts.IsLatest(e);
        }

        return false;
    }
}
