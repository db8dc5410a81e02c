using BenchmarkDotNet.Running;
using Matching.Benchmarks;

switch (args)
{
    case ["kernel", .. var sizes]:
        KernelRun.Run(sizes);
        break;
    case ["wheel"]:
        WheelRun.Run();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(JoinTraffic).Assembly).Run(args);
        break;
}
