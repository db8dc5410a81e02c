using Matching.Engine;
using Matching.Storage;
using Matching.Storefront;
using Microsoft.Extensions.Options;

WebApplication app;
try
{
    app = StorefrontApp.Build(args);
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync("storefront: " + e.Message);
    return 2;
}

await using (app)
{
    CancellationToken stopping = app.Lifetime.ApplicationStopping;
    try
    {
        await app.RunAsync();
    }
    catch (Exception e) when (e is JournalException or LedgerException or ClockRefusedException)
    {
        await Console.Error.WriteLineAsync("storefront: " + e.Message);
        return 1;
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("storefront: told to stop while it started; nothing was changed");
    }
}

return 0;
