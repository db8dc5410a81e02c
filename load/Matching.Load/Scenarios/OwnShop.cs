using Matching.Host.Cli;
using Matching.Host.Verify;
using Matching.Load.Targets;

namespace Matching.Load.Scenarios;

/// <summary>Scenarios over HTTP on a storefront of the run's own: started before, stopped after, its directory then verified.</summary>
internal static class OwnShop
{
    /// <summary>Runs a scenario so.</summary>
    /// <param name="options">With <see cref="LoadOptions.Shop"/>.</param>
    /// <param name="name">The scenario's.</param>
    /// <param name="scenario">The scenario; it is given the shop's address and keys.</param>
    public static async Task<RunResult> RunAsync(LoadOptions options, string name, Func<LoadOptions, Task<RunResult>> scenario)
    {
        string directory = Loading.DirectoryOf(options, name)!;
        RunResult result;
        ShopProgram program = await ShopProgram.OpenAsync(options.Shop!, directory);
        await using (program)
        {
            Screen.Note($"{name}: a storefront at {program.Url}");
            result = await scenario(
                options with { Shop = null, Data = null, Url = program.Url, Key = program.Key, OperatorKey = program.OperatorKey });
        }

        result.Facts.RemoveAll(fact => string.Equals(fact.Name, Loading.DirectoryFact, StringComparison.Ordinal));
        result.Verification = await VerifyRun.RunAsync(directory);
        return result;
    }

    /// <summary>A shop that can be killed under load.</summary>
    public static async Task<IRestartable> StartRestartableAsync(string program, string directory)
    {
        ShopProgram started = await ShopProgram.OpenAsync(program, directory);
        return new RestartedShop(started, await ShopTarget.OpenAsync(started.Url, started.Key, started.OperatorKey, items: null));
    }
}
