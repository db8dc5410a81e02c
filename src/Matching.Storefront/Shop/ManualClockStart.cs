using Matching.Engine;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Shop;

/// <summary>
/// A manual clock that has never been moved stands at 1970: a demo begins today instead (R43: from then on only by hand).
/// </summary>
internal sealed class ManualClockStart(MatchingEngine engine, IOptions<MatchingOptions> options, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ManualClock && engine.Now == 0)
        {
            await engine.AdvanceAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
