using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Matching.Storefront.Api;
using Matching.Storefront.Components;
using Matching.Storefront.Components.Parts;
using Matching.Storefront.Operations;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Radzen;

namespace Matching.Storefront;

/// <summary>The shop: an ASP.NET Core app that embeds the engine.</summary>
internal static class StorefrontApp
{
    private static readonly string[] MachinePaths = ["/api", "/metrics", "/health", "/openapi"];

    /// <summary>The pages' languages; the first is what a browser without a wish gets.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["zh", "en"];

    /// <summary>True for paths that answer machines: with statuses and problem details, never with pages.</summary>
    public static bool IsForMachines(HttpRequest request) => IsUnder(request, MachinePaths);

    /// <summary>True for one of these paths, or one below it.</summary>
    public static bool IsUnder(HttpRequest request, string[] paths) =>
        paths.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="OptionsValidationException">Settings are wrong; the message names all of them. Nothing was opened.</exception>
    /// <exception cref="InvalidOperationException">A setting is unknown, or not of its type.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(StorefrontApp).Assembly.GetName().Name,
            // The shop's files lie in the project when it is run from there, else beside the program.
            ContentRootPath = File.Exists("catalogue.json") ? Directory.GetCurrentDirectory() : AppContext.BaseDirectory,
        });
        configure?.Invoke(builder);
        // In Production too the files of a build lie where the build left them; a published shop has them beside it.
        builder.WebHost.UseStaticWebAssets();
        AddServices(builder);
        WebApplication app = builder.Build();

        // Before anything is resolved that opens the directory.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        UsePipeline(app);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<StorefrontOptions>()
            .BindConfiguration(StorefrontOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorefrontOptions>, StorefrontOptionsCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddMatching();
        services.AddOptions<MatchingOptions>().Validate(
            options => options.ArchiveHorizon is null,
            "Matching:ArchiveHorizon is set, but this shop makes its lists of orders from all events at each start: leave it unset");

        services.AddSingleton(provider => Catalogue.Load(Path.Combine(
            builder.Environment.ContentRootPath, provider.GetRequiredService<IOptions<StorefrontOptions>>().Value.CatalogueFile)));
        services.AddSingleton(provider => new DemoPeople(
            provider.GetRequiredService<Catalogue>(), provider.GetRequiredService<IOptions<StorefrontOptions>>().Value,
                builder.Environment));
        services.AddHttpContextAccessor();
        services.AddSingleton<Trail>();
        services.AddSingleton<CommandClock>();
        services.AddSingleton<Offers>();
        services.AddSingleton<BuyerDesk>();
        services.AddSingleton<MerchantDesk>();
        services.AddSingleton<PaymentDesk>();
        services.AddSingleton<CampaignDesk>();
        services.AddHostedService<ManualClockStart>();
        services.AddHostedService<MerchantRegistration>();
        services.AddSingleton<OrderIndex>();
        services.AddHostedService(provider => provider.GetRequiredService<OrderIndex>());
        services.AddMeterReadings(
            CommandClock.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.RateLimiting", "System.Runtime");
        services.AddSingleton<SecondReadings>();
        services.AddHostedService(provider => provider.GetRequiredService<SecondReadings>());

        ShopAuthentication.Add(services);
        ShopApi.Add(services);
        ShopLimits.AddRates(services);
        Addresses.Add(services);
        services.AddSingleton<ShopFiles>();
        // HTTP allows a request without a host; a page could not say where it is.
        services.Configure<HostFilteringOptions>(options => options.AllowEmptyHosts = false);
        services.AddAntiforgery(options => options.HeaderName = "X-XSRF-TOKEN");
        AddKeys(builder);
        services.AddLocalization(options => options.ResourcesPath = "Resources");
        services.AddSingleton<Notices>();
        services.AddSingleton<LiveParts>();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes = ["text/html", "text/event-stream", "application/json", "application/problem+json"];
        });
        services.AddRazorComponents();
        // Chinese goes out as UTF-8, not as entities of seven bytes a letter.
        services.AddWebEncoders(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddRadzenComponents();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
        });
        // More than any answer has: it is handed over whole, and who reads slowly holds no place of the shop meanwhile.
        services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = 1 << 20);
    }

    private static void AddKeys(WebApplicationBuilder builder)
    {
        string directory = builder.Configuration[$"{StorefrontOptions.SectionName}:{nameof(StorefrontOptions.KeysDirectory)}"] ?? "";
        IDataProtectionBuilder protection = builder.Services.AddDataProtection().SetApplicationName("Matching.Storefront");
        if (directory.Length == 0)
        {
            protection.UseEphemeralDataProtectionProvider();
        }
        else
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(Path.GetFullPath(directory)));
        }
    }

    private static void UsePipeline(WebApplication app)
    {
        app.Use(next => http => SecurityHeaders.AddAsync(http, next));
        Addresses.Use(app);
        app.Use(next => http => HeadRequests.AnswerAsync(http, next));
        if (!app.Environment.IsDevelopment())
        {
            // Says nothing over plain HTTP.
            app.UseHsts();
        }

        app.UseMiddleware<SmallBodies>();
        InFlightLimit.Use(app);
        // Files are compressed already. The one secret of a page, its forms' token, is written anew into each: what it compresses to tells
        // nothing of it, also over TLS.
        app.UseResponseCompression();
        // Before the two below: what they show of a refusal is in the visitor's language too.
        app.UseRequestLocalization(options =>
        {
            CultureInfo[] languages = [.. Languages.Select(CultureInfo.GetCultureInfo)];
            options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, languages[0]);
            options.SupportedCultures = [CultureInfo.InvariantCulture];
            options.SupportedUICultures = languages;
            // en-US is English: without ICU a culture knows no parent to fall back to.
            options.RequestCultureProviders = [new CookieRequestCultureProvider(), new CustomRequestCultureProvider(Language.AskedAsync)];
        });
        app.UseExceptionHandler(handler => handler.Run(http => Statuses.WriteAsync(http)));
        app.Use(next => http => Statuses.FillAsync(http, next));
        app.Use(next => http => Statuses.RefuseCharsetAsync(http, next));
        app.UseRouting();
        app.UseAuthentication();
        // Of a stream each part is counted, not the opening: after a restart all come back at once.
        app.UseWhen(http => !LiveParts.IsFound(http), counted => counted.UseRateLimiter());
        app.Use(next => http => Statuses.RefuseUnknownAsync(http, next));
        app.UseAuthorization();
        app.UseAntiforgery();
        app.Use(next => http => Statuses.RefuseForgedAsync(http, next));

        app.Use(next => http => http.RequestServices.GetRequiredService<LiveParts>().RunAsync(http, next));

        app.MapStaticAssets().AllowAnonymous();
        ShopApi.Map(app);
        OperationsEndpoints.Map(app);
        AccountForms.Map(app);
        ShopForms.Map(app);
        MapPages(app);
    }

    /// <summary>
    /// Each page says by its own attribute whom it is for; what else the framework maps with them is for whoever sees a page.
    /// </summary>
    private static void MapPages(WebApplication app)
    {
        app.MapRazorComponents<App>().Add(endpoint =>
        {
            if (!endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
            {
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            }
        });
    }
}
