using System.Globalization;
using Matching.Core;
using Matching.Storefront.Accounts;
using Matching.Storefront.Api;
using Microsoft.Extensions.Options;

namespace Matching.Storefront;

/// <summary>Checks all of <see cref="StorefrontOptions"/> at once; each mistake is told by its key, value and range.</summary>
internal sealed class StorefrontOptionsCheck : IValidateOptions<StorefrontOptions>
{
    public ValidateOptionsResult Validate(string? name, StorefrontOptions options)
    {
        List<string> wrong = [];
        if (string.IsNullOrWhiteSpace(options.CatalogueFile))
        {
            wrong.Add("Storefront:CatalogueFile is empty");
        }

        Range(wrong, nameof(options.RequestsPerSecond), options.RequestsPerSecond, 1, 1_000_000);
        Range(wrong, nameof(options.RequestsBurst), options.RequestsBurst, 1, 1_000_000);
        Range(wrong, nameof(options.RequestsInFlight), options.RequestsInFlight, 1, 65_536);
        Range(wrong, nameof(options.SignInsPerMinute), options.SignInsPerMinute, 1, 10_000);
        Range(wrong, nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1_024, 1 << 20);
        Range(wrong, nameof(options.BodySeconds), options.BodySeconds, 1, 300);
        Range(wrong, nameof(options.RequestsPerAddress), options.RequestsPerAddress, 1, 65_536);
        Range(wrong, nameof(options.LivePagesPerAddress), options.LivePagesPerAddress, 1, 65_536);
        Range(wrong, nameof(options.ConnectionsPerAddress), options.ConnectionsPerAddress, 1, 1_000_000);
        for (int i = 0; i < options.KnownProxies.Count; i++)
        {
            if (Addresses.Parse(options.KnownProxies[i]) is null)
            {
                wrong.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Storefront:KnownProxies:{i} is '{options.KnownProxies[i]}'; it must be an IP address, or a network such as 10.0.0.0/8"));
            }
        }

        for (int i = 0; i < options.ApiKeys.Count; i++)
        {
            Check(wrong, string.Create(CultureInfo.InvariantCulture, $"Storefront:ApiKeys:{i}"), options.ApiKeys[i]);
        }

        if (options.ApiKeys.GroupBy(key => key.Sha256, StringComparer.OrdinalIgnoreCase).Any(group => group.Count() > 1))
        {
            wrong.Add("Storefront:ApiKeys has the same key twice");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void Range(List<string> wrong, string name, long value, long least, long most)
    {
        if (OptionRange.Fault("Storefront:" + name, value, least, most) is { } fault)
        {
            wrong.Add(fault);
        }
    }

    private static void Check(List<string> wrong, string at, ApiKey key)
    {
        if (string.IsNullOrWhiteSpace(key.Name))
        {
            wrong.Add($"{at}:Name is empty");
        }

        if (key.Sha256.Length != 64 || !key.Sha256.All(char.IsAsciiHexDigit))
        {
            wrong.Add(
                $"{at}:Sha256 has {key.Sha256.Length.ToString(CultureInfo.InvariantCulture)} characters; it must be 64 hexadecimal digits");
        }

        if (!ShopRoles.All.Contains(key.Role, StringComparer.Ordinal))
        {
            wrong.Add($"{at}:Role is '{key.Role}'; it must be one of {string.Join(", ", ShopRoles.All)}");
        }

        long least = key.Role == ShopRoles.Merchant ? 1 : 0;
        if (key.Id < least)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{at}:Id is {key.Id}; it must be {least} … {BookOptions.MaxId}"));
        }
    }
}
