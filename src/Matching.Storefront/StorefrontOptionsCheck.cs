using System.Globalization;
using Matching.Core;
using Matching.Storefront.Accounts;
using Microsoft.Extensions.Options;

namespace Matching.Storefront;

/// <summary>What attributes cannot say about <see cref="StorefrontOptions"/>: the machines' keys.</summary>
internal sealed class StorefrontOptionsCheck : IValidateOptions<StorefrontOptions>
{
    public ValidateOptionsResult Validate(string? name, StorefrontOptions options)
    {
        List<string> wrong = [];
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

    private static void Check(List<string> wrong, string at, ApiKey key)
    {
        if (string.IsNullOrWhiteSpace(key.Name))
        {
            wrong.Add($"{at}:Name is empty");
        }

        if (key.Sha256.Length != 64 || !key.Sha256.All(char.IsAsciiHexDigit))
        {
            wrong.Add($"{at}:Sha256 has {key.Sha256.Length.ToString(CultureInfo.InvariantCulture)} characters; it must be 64 hexadecimal digits");
        }

        if (!ShopRoles.All.Contains(key.Role, StringComparer.Ordinal))
        {
            wrong.Add($"{at}:Role is '{key.Role}'; it must be one of {string.Join(", ", ShopRoles.All)}");
        }

        long least = key.Role == ShopRoles.Merchant ? 1 : 0;
        if (key.Id < least || key.Id > BookOptions.MaxId)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{at}:Id is {key.Id}; it must be {least} … 9007199254740991"));
        }
    }
}
