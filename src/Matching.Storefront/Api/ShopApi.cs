using System.Text.Json.Serialization;
using Scalar.AspNetCore;

namespace Matching.Storefront.Api;

/// <summary>The HTTP API: JSON, described at /openapi/v1.json.</summary>
internal static class ShopApi
{
    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            // A quantity of "1" is a caller who is wrong about what else he sends.
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(
                System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<RefusedRequests>();
        ApiDescription.Add(services);
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        RouteGroupBuilder api = app.MapGroup("/api").Checked();
        foreach (int status in (int[])[400, 401, 403, 404, 409, 413, 429, 503])
        {
            api.ProducesProblem(status);
        }

        PublicApi.Map(api);
        BuyerApi.Map(api);
        JoinsApi.Map(api);
        MerchantApi.Map(api);
        CampaignApi.Map(api);
        PaymentApi.Map(api);
        OperatorApi.Map(api);
        app.MapOpenApi().AllowAnonymous();
        if (app.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment())
        {
            app.MapScalarApiReference("/scalar", options => options.DisableDefaultFonts()).AllowAnonymous();
        }
    }
}
