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
    await app.RunAsync();
}

return 0;
