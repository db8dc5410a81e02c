using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Matching.Benchmarks;
using Matching.Benchmarks.Ratios;

switch (args)
{
    case ["kernel", .. var sizes]:
        KernelRun.Run(sizes);
        break;
    case ["ratios", .. var rest]:
        return RatiosCommand.Run(rest);
    case ["wheel"]:
        WheelRun.Run();
        break;
    case ["recovery", "make", var directory, var teams, var events]:
        await RecoveryRun.MakeAsync(directory, long.Parse(teams, null), long.Parse(events, null)).ConfigureAwait(false);
        break;
    case ["recovery", "open", var directory, .. var shards]:
        await RecoveryRun.MeasureAsync(directory, shards is [var count] ? int.Parse(count, null) : 0).ConfigureAwait(false);
        break;
    case ["year", ("make" or "plain") and var how, var directory, var orders]:
        await YearRun.MakeAsync(directory, long.Parse(orders, null), ledger: how is "make").ConfigureAwait(false);
        break;
    case ["year", "open", var directory]:
        await YearRun.MeasureAsync(directory).ConfigureAwait(false);
        break;
    case ["filter", var orders]:
        FilterRun.Run(long.Parse(orders, null));
        break;
    default:
        // In this process: an engine's rows and a journal's files are made once, and each iteration is a second or so of work.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithStrategy(RunStrategy.Monitoring).WithLaunchCount(1)
            .WithWarmupCount(2).WithIterationCount(5);
        BenchmarkSwitcher.FromAssembly(typeof(JoinTraffic).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
        break;
}

return 0;
