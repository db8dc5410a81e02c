namespace Matching.Storefront.Tests.Shop;

/// <summary>One shop for all tests of a class that leave it as they found it.</summary>
public sealed class OpenShop : IAsyncLifetime
{
    public RunningShop Shop { get; private set; } = null!;

    public async Task InitializeAsync() => Shop = await RunningShop.StartAsync();

    public async Task DisposeAsync() => await Shop.DisposeAsync();
}
