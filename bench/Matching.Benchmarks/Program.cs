using BenchmarkDotNet.Running;
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
    case ["year", "make", var directory, var orders]:
        await YearRun.MakeAsync(directory, long.Parse(orders, null)).ConfigureAwait(false);
        break;
    case ["year", "open", var directory]:
        await YearRun.MeasureAsync(directory).ConfigureAwait(false);
        break;
    case ["filter", var orders]:
        FilterRun.Run(long.Parse(orders, null));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(JoinTraffic).Assembly).Run(args);
        break;
}

return 0;
