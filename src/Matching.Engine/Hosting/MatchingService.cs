using System.Diagnostics;
using System.Diagnostics.Metrics;
using Matching.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Matching.Engine.Hosting;

/// <summary>
/// The engine's life inside a host: it recovers before any hosted service starts, a web server among them, and drains
/// and closes after the last one has stopped.
/// </summary>
internal sealed class MatchingService : IHostedLifecycleService, IAsyncDisposable
{
    private readonly IOptions<MatchingOptions> _options;
    private readonly ILogger<MatchingEngine> _logger;
    private readonly TimeProvider _time;
    private readonly IMeterFactory? _meters;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly IStartupValidator? _startup;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task<MatchingEngine>> _opening;
    private MatchingInstruments? _instruments;
    private Task _sampling = Task.CompletedTask;
    private bool _disposed;

    public MatchingService(
        IOptions<MatchingOptions> options, ILogger<MatchingEngine> logger, TimeProvider? time = null, IMeterFactory? meters = null,
        IHostApplicationLifetime? lifetime = null, IStartupValidator? startup = null)
    {
        _options = options;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _meters = meters;
        _lifetime = lifetime;
        _startup = startup;
        _opening = new Lazy<Task<MatchingEngine>>(OpenAsync);
    }

    /// <summary>Null until recovery is done.</summary>
    public MatchingEngine? Opened =>
        _opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? _opening.Value.Result : null;

    /// <summary>
    /// The engine; the first to ask waits for recovery. That is, at the latest, the host before it starts any service: hosts make
    /// all hosted services before they start the first, and those want the engine in their constructors.
    /// </summary>
    public MatchingEngine Engine => _opening.Value.GetAwaiter().GetResult();

    public MatchingOptions Options => _options.Value;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stop = cancellationToken.Register(_stopping.Cancel);
        MatchingEngine engine = await _opening.Value.ConfigureAwait(false);
        _sampling = SampleAsync(engine, _instruments!, Options.Hosting.SampleEvery);
    }

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Opened is not { } engine)
        {
            return;
        }

        using Activity? activity = MatchingActivity.Source.StartActivity("matching drain");
        long start = _time.GetTimestamp();
        long inFlight = engine.Health.RequestsInFlight;
        MatchingLog.Draining(_logger, inFlight);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(false);
        await engine.DrainAsync(cancellationToken).ConfigureAwait(false);
        await CloseAsync(engine).ConfigureAwait(false);
        long elapsedMs = (long)_time.GetElapsedTime(start).TotalMilliseconds;
        long durable = engine.Health.DurableSequence;
        MatchingLog.Stopped(_logger, elapsedMs, durable);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The container holds it under two names and disposes of both.
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _sampling.ConfigureAwait(false);
        if (_opening.IsValueCreated)
        {
            // A recovery cut short, or refused, was told to whoever waited for the engine.
            await ((Task)_opening.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _instruments?.Dispose();
        if (Opened is { } engine)
        {
            await CloseAsync(engine).ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task<MatchingEngine> OpenAsync()
    {
        // The host checks what is to be checked at the start when all its services are made, and one that wants the engine is made of
        // an open one: other options that are wrong are told here, before the directory is opened.
        _startup?.Validate();
        MatchingOptions options = Options;

        // Who is told to stop while it recovers stops then, not when the recovery is done.
        using var stop =
            CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _lifetime?.ApplicationStopping ?? CancellationToken.None);
        using Activity? activity = MatchingActivity.Source.StartActivity("matching recover");
        long start = _time.GetTimestamp();
        MatchingLog.Opening(_logger, options.DataDirectory ?? "(memory)");
        MatchingEngine engine = await MatchingEngine.OpenAsync(Watched(options), stop.Token).ConfigureAwait(false);
        _instruments = new MatchingInstruments(engine, _meters, _logger)
        {
            Sample = await StateSample.ReadAsync(engine, _stopping.Token).ConfigureAwait(false),
        };
        activity?.SetTag("matching.events", engine.Recovered);
        long elapsedMs = (long)_time.GetElapsedTime(start).TotalMilliseconds;
        MatchingLog.Ready(_logger, elapsedMs, engine.Recovered, engine.Created);
        return engine;
    }

    /// <summary>The options, with what happens told to the log as well as to whoever the options name.</summary>
    private MatchingOptions Watched(MatchingOptions options) => options with
    {
        TimeProvider = ReferenceEquals(options.TimeProvider, TimeProvider.System) ? _time : options.TimeProvider,
        Recovery = new Report(progress =>
        {
            MatchingLog.Recovering(_logger, progress.Events, progress.Total);
            options.Recovery?.Report(progress);
        }),
        Failed = cause =>
        {
            MatchingLog.Failed(_logger, cause);
            options.Failed?.Invoke(cause);
        },
    };

    private async Task CloseAsync(MatchingEngine engine)
    {
        try
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
        catch (JournalException e)
        {
            MatchingLog.CloseFailed(_logger, e);
        }
    }

    private async Task SampleAsync(MatchingEngine engine, MatchingInstruments instruments, TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, _time);
        bool stepped = false;
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                EngineHealth health = engine.Health;
                if (health.ClockStep != TimeSpan.Zero && !stepped)
                {
                    long stepMs = (long)health.ClockStep.TotalMilliseconds;
                    MatchingLog.ClockStepped(_logger, stepMs);
                }

                stepped = health.ClockStep != TimeSpan.Zero;
                if (instruments.Wanted && health.Failure is null)
                {
                    await TrySampleAsync(engine, instruments).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The host stops; there is nothing more to show.
        }
    }

    private async Task TrySampleAsync(MatchingEngine engine, MatchingInstruments instruments)
    {
        try
        {
            instruments.Sample = await StateSample.ReadAsync(engine, _stopping.Token).ConfigureAwait(false);
        }
        catch (MatchingUnavailableException e) when (e.Outcome == Core.Outcome.Busy || engine.Health.Failure is not null)
        {
            // The old sample stands. A failure was told to the log by the engine itself, a full engine shows as requests in flight.
        }
    }

    /// <summary>Reports on the thread that recovers: Progress would post them out of order.</summary>
    private sealed class Report(Action<RecoveryProgress> told) : IProgress<RecoveryProgress>
    {
        void IProgress<RecoveryProgress>.Report(RecoveryProgress value) => told(value);
    }
}
