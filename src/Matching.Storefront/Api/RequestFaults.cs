using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Matching.Core;
using Microsoft.AspNetCore.Http.Metadata;

namespace Matching.Storefront.Api;

/// <summary>Why the framework could not read a request, in the words of the API's description instead of those of its types.</summary>
internal static partial class RequestFaults
{
    private static readonly SearchValues<string> AfterReason =
        SearchValues.Create([" LineNumber:", " Change the reader options"], StringComparison.Ordinal);

    /// <summary>What is wrong with a request.</summary>
    /// <param name="bad">What the framework says.</param>
    /// <param name="endpoint">What was asked; null where that is not known any more.</param>
    /// <param name="options">How bodies are read.</param>
    public static string Of(BadHttpRequestException bad, Endpoint? endpoint, JsonSerializerOptions options)
    {
        Type? body = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        return bad.InnerException is JsonException json ? InBody(json, body is null ? [] : options.GetTypeInfo(body).Properties)
            : bad.Message.StartsWith("Implicit body", StringComparison.Ordinal)
                ? "the body is missing: this takes a JSON object, {} at least"
            : InAddress().Match(bad.Message) is { Success: true } found
                ? $"{found.Groups["name"].Value} must be {Ranges.OfAddress(found.Groups["name"].Value)}, not "
                    + $"'{found.Groups["value"].Value}'"
            : Missing().Match(bad.Message) is { Success: true } missing ? missing.Groups["name"].Value + " is missing"
            : bad.Message;
    }

    private static string InBody(JsonException json, IList<JsonPropertyInfo> fields)
    {
        // The reader's own fault lies within: what it read is no JSON.
        if (json.InnerException is JsonException malformed)
        {
            return "the body is not valid JSON: " + WithoutPlace(malformed.Message);
        }

        string name = json.Path is ['$', '.', .. var path] ? path : "";
        if (json.Message.StartsWith("Duplicate", StringComparison.Ordinal))
        {
            return name.Length == 0 ? "the body gives a field twice" : name + " is given twice";
        }

        if (name.Length > 0)
        {
            return fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)) is { } field
                ? $"{field.Name} must be {Wanted(field)}"
                : $"{name} is no field of this; it takes {Names(fields)}";
        }

        string[] needed = [.. fields.Where(field => field.IsRequired).Select(field => field.Name)];
        return json.Message.Contains("missing required", StringComparison.Ordinal)
            ? $"this needs {string.Join(", ", needed)}"
            : "the body must be a JSON object" + (fields.Count == 0 ? "" : $" of {Names(fields)}");
    }

    private static string Names(IList<JsonPropertyInfo> fields) => string.Join(", ", fields.Select(field => field.Name));

    private static string Wanted(JsonPropertyInfo field)
    {
        Type one = Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType;
        bool isId = field.AttributeProvider?.IsDefined(typeof(JsonIdAttribute), inherit: false) == true;
        return one.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(one).Select(JsonNamingPolicy.CamelCase.ConvertName))
            : one == typeof(bool) ? "true or false"
            : one == typeof(PaymentId) ? PaymentId.Allowed
            : isId ? $"{Ranges.AnyId}, or a string of its digits"
            : Ranges.OfBody(field.Name) ?? $"a whole number from 0 to {(one == typeof(int) ? int.MaxValue : BookOptions.MaxExact)}";
    }

    // Behind these words stand the reader's counting of lines, and advice to whom it is part of.
    private static string WithoutPlace(string message) =>
        message.AsSpan().IndexOfAny(AfterReason) is > 0 and var end ? message[..end] : message;

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (?<name>\\w+)\" from \"(?<value>.*)\"\\.$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex InAddress();

    [GeneratedRegex(
        "^Required parameter \"\\S+ (?<name>\\w+)\" was not provided", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();
}
