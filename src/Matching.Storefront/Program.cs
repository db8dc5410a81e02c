using Matching.Storefront;

await using WebApplication app = StorefrontApp.Build(args);
await app.RunAsync();
