using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Matching.Core;
using Matching.Load.Plan;
using Matching.Load.Targets;
using Microsoft.Extensions.ObjectPool;

namespace Matching.Load.Measure;

/// <summary>
/// Sends the requests of a schedule at their planned times from one thread of its own, never waiting for an answer; and measures each
/// from its planned time, so that what a stalled target, or generator, delays counts in full (no coordinated omission).
/// Between bursts it sleeps at least 100 µs: spinning would take from the target one of two cores. That shows as slip.
/// </summary>
internal sealed class OpenLoopSender
{
    private const long ShortestSleepNs = 100_000;

    // Awake for so long it has more to send than it can, and would keep a processor to itself for good.
    private static readonly long LongestAwake = Stopwatch.Frequency / 10;

    private readonly ITarget _target;
    private readonly Func<long, Command> _commands;
    private readonly Timeline _timeline;
    private readonly ObjectPool<PendingRequest> _shots;
    private readonly TaskCompletionSource _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _inFlight = 1;
    private long _number = -1;
    private long _sleptAt;

    /// <summary>Makes one.</summary>
    /// <param name="target">What is loaded.</param>
    /// <param name="commands">Request number k; called on the sending thread, and on any for closed simulations.</param>
    /// <param name="timeline">Where all is recorded.</param>
    public OpenLoopSender(ITarget target, Func<long, Command> commands, Timeline timeline)
    {
        _target = target;
        _commands = commands;
        _timeline = timeline;
        _shots = new DefaultObjectPool<PendingRequest>(new Shots(this), 65_536);
    }

    /// <summary>Requests sent, the warm-up's included.</summary>
    public long Sent => Volatile.Read(ref _number) + 1;

    /// <summary>Called with every answer, on any thread; null for nobody.</summary>
    public Action<Command, Answer>? Landed { get; init; }

    /// <summary>
    /// Sends all requests of a scenario and waits until the last is answered; what the target throws instead of an answer ends it.
    /// </summary>
    public async Task FireAsync(Scenario scenario, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        long counted = start + Ticks(scenario.WarmUp);
        _timeline.Begin(counted);
        LoadSimulation first = scenario.Simulations[0];
        IEnumerable<LoadSimulation> all = scenario.WarmUp > TimeSpan.Zero ? [WarmUp(first, scenario.WarmUp), .. scenario.Simulations]
            : scenario.Simulations;
        foreach (IReadOnlyList<LoadSimulation> some in Alike(all))
        {
            if (some[0] is KeepConstant constant)
            {
                await KeepAsync(constant, start, stop);
            }
            else
            {
                long begin = start;
                await OnThread(() => Send(Plan(new Schedule(some)), begin, stop));
            }

            start += some.Sum(simulation => Ticks(simulation.During));
        }

        Land();
        await _landed.Task;
    }

    /// <summary>Sends requests that have times of their own, in seconds from the start, and waits until the last is answered.</summary>
    public async Task FireAsync(IEnumerable<(double Seconds, Command Command)> plan, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        _timeline.Begin(start);
        await OnThread(() => Send(plan, start, stop));
        Land();
        await _landed.Task;
    }

    private static Task OnThread(Action send) =>
        Task.Factory.StartNew(
            () =>
            {
                // It stands for callers on other machines: what it loads must not hold it up.
                ThreadPriority.RunAtOnce();
                send();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private IEnumerable<(double Seconds, Command Command)> Plan(Schedule schedule)
    {
        while (schedule.TryNext(out double seconds))
        {
            yield return (seconds, _commands(Interlocked.Increment(ref _number)));
        }
    }

    private static LoadSimulation WarmUp(LoadSimulation first, TimeSpan during) => first switch
    {
        KeepConstant constant => constant with { During = during },
        Inject inject => inject with { During = during },
        RampingInject ramp => new Inject(ramp.PerSecond / 2, during),
        _ => first,
    };

    /// <summary>Open simulations in a row share one schedule, so that a ramp knows the rate before it.</summary>
    private static IEnumerable<IReadOnlyList<LoadSimulation>> Alike(IEnumerable<LoadSimulation> simulations)
    {
        List<LoadSimulation> open = [];
        foreach (LoadSimulation simulation in simulations)
        {
            if (simulation is not KeepConstant)
            {
                open.Add(simulation);
                continue;
            }

            if (open.Count > 0)
            {
                yield return open;
                open = [];
            }

            yield return [simulation];
        }

        if (open.Count > 0)
        {
            yield return open;
        }
    }

    private void Send(IEnumerable<(double Seconds, Command Command)> plan, long start, CancellationToken stop)
    {
        _sleptAt = Stopwatch.GetTimestamp();
        bool atOnce = true;
        foreach ((double seconds, Command command) in plan)
        {
            if (stop.IsCancellationRequested || _landed.Task.IsFaulted)
            {
                return;
            }

            long planned = start + (long)(seconds * Stopwatch.Frequency);
            long now = WaitFor(planned);
            if (atOnce && now - _sleptAt > LongestAwake)
            {
                atOnce = false;
                ThreadPriority.RunAhead();
            }

            PendingRequest shot = _shots.Get();
            Interlocked.Increment(ref _inFlight);
            _timeline.Sent(planned, now);
            shot.Fire(command, planned, now);
        }
    }

    private async Task KeepAsync(KeepConstant constant, long start, CancellationToken stop)
    {
        WaitFor(start);
        long end = start + Ticks(constant.During);
        await Task.WhenAll(Enumerable.Range(0, constant.Copies).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && Stopwatch.GetTimestamp() is var now && now < end)
            {
                Command command = _commands(Interlocked.Increment(ref _number));
                _timeline.Sent(now, now);
                Answer answer = await _target.SendAsync(command);
                _timeline.Answered(now, now, Stopwatch.GetTimestamp(), answer);
                Landed?.Invoke(command, answer);
            }
        })));
    }

    private long WaitFor(long planned)
    {
        long now;
        while ((now = Stopwatch.GetTimestamp()) < planned)
        {
            NanoSleep.For(Math.Max(ShortestSleepNs, (long)((planned - now) * (1e9 / Stopwatch.Frequency))));
            _sleptAt = Stopwatch.GetTimestamp();
        }

        return now;
    }

    private void Land()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0)
        {
            _landed.TrySetResult();
        }
    }

    /// <summary>
    /// A target that throws instead of answering ends the firing with what it threw: on the thread that brought it, it would end the
    /// process.
    /// </summary>
    private void Fail(Exception e) => _landed.TrySetException(e);

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>One request under way; used again and again, so that the generator makes no garbage.</summary>
    private sealed class PendingRequest
    {
        private readonly OpenLoopSender _gun;
        private readonly Action _done;
        private ConfiguredValueTaskAwaitable<Answer>.ConfiguredValueTaskAwaiter _awaiter;
        private Command _command;
        private long _plannedAt;
        private long _sentAt;

        public PendingRequest(OpenLoopSender gun)
        {
            _gun = gun;
            _done = Done;
        }

        public void Fire(in Command command, long plannedAt, long sentAt)
        {
            _command = command;
            _plannedAt = plannedAt;
            _sentAt = sentAt;
#pragma warning disable CA2012 // kept in a field for Done, which takes its result exactly once
            _awaiter = _gun._target.SendAsync(command).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (_awaiter.IsCompleted)
            {
                Done();
            }
            else
            {
                _awaiter.UnsafeOnCompleted(_done);
            }
        }

        private void Done()
        {
            try
            {
                Answer answer = _awaiter.GetResult();
                _gun._timeline.Answered(_plannedAt, _sentAt, Stopwatch.GetTimestamp(), answer);
                _gun.Landed?.Invoke(_command, answer);
            }
            catch (Exception e)
            {
                _gun.Fail(e);
                return;
            }

            OpenLoopSender gun = _gun;
            gun._shots.Return(this);
            gun.Land();
        }
    }

    private sealed class Shots(OpenLoopSender gun) : PooledObjectPolicy<PendingRequest>
    {
        public override PendingRequest Create() => new(gun);

        public override bool Return(PendingRequest obj) => true;
    }
}

/// <summary>Sleeps as shortly as the system can: some 60 µs longer than asked on Linux, a millisecond or more elsewhere.</summary>
internal static partial class NanoSleep
{
    public static void For(long ns)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Sleep(new Timespec { Seconds = ns / 1_000_000_000, Nanoseconds = ns % 1_000_000_000 }, 0);
        }
        else
        {
            Thread.Sleep(ns < 1_000_000 ? 0 : (int)Math.Min(1_000, ns / 1_000_000));
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in Timespec time, nint left);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
