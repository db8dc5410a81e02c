using System.Text.Json.Serialization;
using Matching.Core;
using Microsoft.OpenApi;

namespace Matching.Storefront.Api;

/// <summary>The HTTP API: JSON, described at /openapi/v1.json.</summary>
internal static class ShopApi
{
    public static void Add(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(
                System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddProblemDetails();
        services.AddExceptionHandler<RefusedRequests>();
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Matching.Storefront";
            document.Info.Description = "Group buying: open and join teams, pay, ship, refund. Refusals are problem details that name their rule; their type leads to its heading at /rules.";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes["apiKey"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = Accounts.ApiKeyHandler.KeyHeader,
                Description = $"A machine's key. A back end's, of role buyer and id 0, names the buyer of each request in {Accounts.ApiKeyHandler.BuyerHeader}.",
            };
            return Task.CompletedTask;
        }).AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(JsonIdAttribute), inherit: false) == true)
            {
                schema.Type = JsonSchemaType.Integer | JsonSchemaType.String;
                schema.Format = "int64";
                schema.Pattern = "^[1-9][0-9]{0,18}$";
                schema.Description = "1 to 2^63 - 1: a number, or a string of its digits; above 2^53 - 1 always written as a string.";
            }

            return Task.CompletedTask;
        }));
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
        MerchantApi.Map(api);
        CampaignApi.Map(api);
        OperatorApi.Map(api);
        app.MapOpenApi().AllowAnonymous();
    }
}
