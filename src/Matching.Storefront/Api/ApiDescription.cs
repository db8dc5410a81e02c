using System.Text.Json;
using Matching.Core;
using Matching.Storefront.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Matching.Storefront.Api;

/// <summary>What /openapi/v1.json says beyond what the framework finds out by itself: who may call an operation, and with what.</summary>
internal static class ApiDescription
{
    private const string Key = "apiKey";
    private const string Bearer = "bearer";
    private const string Cookie = "cookie";

    // Nobody signs in as these: machines only.
    private static readonly string[] Machines = [ShopRoles.BackEnd, ShopRoles.SaysPaid];

    public static void Add(IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            DescribeDocument(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            DescribeOperation(operation, context);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeType(schema, context);
            return Task.CompletedTask;
        });
    });

    private static void DescribeDocument(OpenApiDocument document)
    {
        document.Info.Title = "Matching.Storefront";
        document.Info.Description =
            "Group buying: open and join teams, pay, ship, refund. Refusals are problem details that name their rule; their type leads to "
            + "its heading at /rules.";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyHandler.KeyHeader,
                Description =
                    $"A machine's key. A back end's, of role buyer and id 0, names the buyer of each request in "
                    + $"{ApiKeyHandler.BuyerHeader}.",
            },
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "The same key as a bearer token."
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = ShopAuthentication.CookieName,
                Description =
                    "A person's, of the sign-in page. What changes something also carries the token of GET /api/antiforgery in "
                    + "X-XSRF-TOKEN.",
            },
        };
    }

    private static void DescribeType(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (context.JsonPropertyInfo is null && ApiExamples.Of(context.JsonTypeInfo.Type) is { } example)
        {
            schema.Examples = [JsonSerializer.SerializeToNode(example, context.JsonTypeInfo)!];
        }

        if ((Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type) == typeof(PaymentId))
        {
            schema.Type = JsonSchemaType.Integer | JsonSchemaType.String;
            schema.Description = $"A payment's own id, which comes back as it came: {PaymentId.Allowed}.";
        }
        else if (context.JsonPropertyInfo?.AttributeProvider?.IsDefined(typeof(JsonIdAttribute), inherit: false) == true)
        {
            schema.Type = JsonSchemaType.Integer | JsonSchemaType.String;
            schema.Format = "int64";
            schema.Pattern = "^[1-9][0-9]{0,18}$";
            schema.Description = "1 to 2^63 - 1: a number, or a string of its digits; above 2^53 - 1 always written as a string.";
        }
        else if (context.JsonTypeInfo.Type == typeof(Int128))
        {
            schema.Type = JsonSchemaType.Integer | JsonSchemaType.String;
            schema.Pattern = "^[0-9]{1,39}$";
            schema.Description = "A sum of money in fen: a number up to 2^53 - 1, a string of its digits above.";
        }
    }

    /// <summary>What sending the same again does.</summary>
    private static string Once(Microsoft.AspNetCore.Mvc.ApiExplorer.ApiDescription description) => description.HttpMethod == HttpMethods.Get
        ? " Answers carry an ETag; sent back in If-None-Match it is answered 304 while nothing has changed."
        : description.RelativePath!.Contains("{order}", StringComparison.Ordinal)
        ? " Idempotent: the key is the operation, the item and the order. The same again is answered with the first outcome, `repeated` "
            + "true, and changes nothing, however late; with other fields it is an OrderConflict. A refusal is not remembered (R35)."
        : description.RelativePath!.Contains("{request}", StringComparison.Ordinal)
        ? " Idempotent: the key is the request's id. The same again is answered with the first outcome, `repeated` true (R35)."
        : description.RelativePath!.EndsWith("joins", StringComparison.Ordinal)
        ? " Idempotent, order by order: the key of each is the item and the order (R35). Send the whole again where no answer came."
        : "";

    private static void DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
            return;
        }

        string policy = metadata.OfType<IAuthorizeData>().Single().Policy!;
        IEnumerable<string> schemes = Machines.Contains(policy) ? [Key, Bearer] : [Key, Bearer, Cookie];
        operation.Security = [.. schemes.Select(scheme => new OpenApiSecurityRequirement
        {
            [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
        })];
        operation.Description = $"For {ShopRoles.Whom(policy)}." + Once(context.Description);
        if (policy is ShopRoles.Buyer or ShopRoles.BackEnd or ShopRoles.SaysPaid && !metadata.OfType<NamesBuyers>().Any())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = ApiKeyHandler.BuyerHeader,
                In = ParameterLocation.Header,
                Required = policy == ShopRoles.BackEnd,
                Description = "With a back end's key, and only then: the buyer it acts for.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "1" },
            });
        }
    }
}
