using Matching.Storefront.Tests.Shop;
using Microsoft.Playwright;

namespace Matching.Storefront.Tests.Browser;

/// <summary>One browser for all tests; each person in it has cookies of his own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where screenshots go: beside the tests, or where MATCHING_SCREENSHOTS says.</summary>
    public static string Screenshots { get; } =
        Environment.GetEnvironmentVariable("MATCHING_SCREENSHOTS") ?? Path.Combine(AppContext.BaseDirectory, "screenshots");

    public async Task InitializeAsync()
    {
        if (!File.Exists(BrowserFactAttribute.Path))
        {
            return;
        }

        Directory.CreateDirectory(Screenshots);
        _playwright = await Playwright.CreateAsync();
        _playwright.Selectors.SetTestIdAttribute("data-test");
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = BrowserFactAttribute.Path,
            Args = Arguments,
            Headless = true,
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>A shop with the demo's people.</summary>
    public static Task<RunningShop> OpenShopAsync() => RunningShop.StartAsync(
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["Storefront:DemoSignIn"] = "true" }, "Development");

    /// <summary>A browser window of somebody's own, signed in where a person is named.</summary>
    public async Task<IPage> WindowAsync(RunningShop shop, string? person = null, string language = "en", bool phone = false)
    {
        ArgumentNullException.ThrowIfNull(shop);
        IBrowserContext window =
            await (_browser ?? throw new InvalidOperationException($"there is no browser at {BrowserFactAttribute.Path}"))
            .NewContextAsync(new BrowserNewContextOptions
            {
                BaseURL = shop.Address.ToString(),
                Locale = language,
                ViewportSize = phone ? new ViewportSize { Width = 390, Height = 844 } : new ViewportSize { Width = 1280, Height = 900 },
            });
        window.SetDefaultTimeout(30_000);
        IPage page = await window.NewPageAsync();
        if (person is not null)
        {
            await page.GotoAsync("/sign-in");
            await page.ClickAsync($"[data-test=person-{person}]");
            // Going on at once would end the signing in half-way.
            await page.GetByTestId("me").WaitForAsync();
        }

        return page;
    }

    /// <summary>Presses a button that asks first, and says yes.</summary>
    public static async Task SureAsync(IPage page, string test)
    {
        ArgumentNullException.ThrowIfNull(page);
        await page.GetByTestId(test).ClickAsync();
        await page.GetByTestId(test + "-yes").ClickAsync();
    }

    public static Task ShotAsync(IPage page, string name)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screenshots, name + ".png"), FullPage = true });
    }
}

[CollectionDefinition(nameof(BrowserCollection))]
public sealed class BrowserCollection : ICollectionFixture<Chromium>;
