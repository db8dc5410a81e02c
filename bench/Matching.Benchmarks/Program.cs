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
    default:
        BenchmarkSwitcher.FromAssembly(typeof(JoinTraffic).Assembly).Run(args);
        break;
}

return 0;
