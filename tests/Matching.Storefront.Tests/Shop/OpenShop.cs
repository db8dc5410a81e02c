namespace Matching.Storefront.Tests.Shop;

/// <summary>One shop for all tests of a class that leave it as they found it.</summary>
public class OpenShop : IAsyncLifetime
{
    public RunningShop Shop { get; private set; } = null!;

    public async Task InitializeAsync() => Shop = await StartAsync();

    public async Task DisposeAsync() => await Shop.DisposeAsync();

    protected virtual Task<RunningShop> StartAsync() => RunningShop.StartAsync();
}

/// <summary>One with the demo's people.</summary>
public sealed class OpenDemoShop : OpenShop
{
    protected override Task<RunningShop> StartAsync() => ShopPages.OpenWithDemoAsync();
}
