using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Matching.Core;
using Matching.Storefront.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Accounts;

/// <summary>Machines: the key in <c>X-Api-Key</c>, or as a bearer token. Only hashes are kept and compared.</summary>
public sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IOptions<StorefrontOptions> shop)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string KeyHeader = "X-Api-Key";

    /// <summary>Which buyer a back end acts for.</summary>
    public const string BuyerHeader = "X-Buyer";

    private const string Bearer = "Bearer ";

    /// <summary>True when the request brings a key, right or wrong.</summary>
    public static bool HasKey(HttpRequest request) => KeyOf(request) is not null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync();
        await (result.Failure is { } why ? Statuses.RefuseKeyAsync(Context, why.Message) : base.HandleChallengeAsync(properties));
    }

    private static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue(KeyHeader, out var key))
        {
            return key.ToString();
        }

        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..] : null;
    }

    private AuthenticateResult Authenticate()
    {
        if (KeyOf(Request) is not { } given)
        {
            return AuthenticateResult.NoResult();
        }

        if (Find(given) is not { } key)
        {
            return AuthenticateResult.Fail("the key is not known");
        }

        long id = key.Id;
        bool backEnd = key is { Role: ShopRoles.Buyer, Id: 0 };
        bool forAnyBuyer = backEnd && Context.GetEndpoint()?.Metadata.GetMetadata<NamesBuyers>() is null;
        if (forAnyBuyer && !TryReadBuyer(out id))
        {
            return AuthenticateResult.Fail(
                $"the key acts for any buyer: name him in {BuyerHeader}, a whole number from 1 to {BookOptions.MaxId}, not "
                    + $"'{Request.Headers[BuyerHeader]}'");
        }

        if (!backEnd && Request.Headers.ContainsKey(BuyerHeader))
        {
            return AuthenticateResult.Fail($"{BuyerHeader} goes with a back end's key only; this key says itself who is asking");
        }

        var caller = new Caller(key.Role, id, key.Name, backEnd ? Entrance.BackEnd : Entrance.Key);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }

    private bool TryReadBuyer(out long buyer) =>
        long.TryParse(Request.Headers[BuyerHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out buyer)
        && buyer >= 1;

    /// <summary>Looks at every key, so that the time taken says nothing about which one is near.</summary>
    private ApiKey? Find(string given)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        ApiKey? found = null;
        foreach (ApiKey key in shop.Value.ApiKeys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(key.Sha256)))
            {
                found = key;
            }
        }

        return found;
    }
}
