using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>
/// Ids in JSON: read from a number or a string of digits, written as a number up to 2^53 − 1 and as a string above it, where readers that
/// keep numbers as doubles (JavaScript) would round. Any thread.
/// </summary>
public static class IdJson
{
    private const int MostDigits = 19;

    /// <summary>Reads the digits of an id: 0 … 2^63 − 1, no sign, no leading zeros, so that equal ids are equal texts.</summary>
    /// <param name="digits">ASCII.</param>
    /// <param name="id">The id; 0 where it is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> digits, out long id)
    {
        id = 0;
        bool canonical = digits.Length is > 0 and <= MostDigits && digits[0] is >= (byte)'0' and <= (byte)'9'
            && (digits[0] != (byte)'0' || digits.Length == 1);
        return canonical && Utf8Parser.TryParse(digits, out id, out int read) && read == digits.Length;
    }

    /// <summary>As <see cref="TryParse(ReadOnlySpan{byte}, out long)"/>, of a text.</summary>
    public static bool TryParse(string digits, out long id)
    {
        ArgumentNullException.ThrowIfNull(digits);
        id = 0;
        return digits.Length <= MostDigits && TryParse(Encoding.UTF8.GetBytes(digits), out id);
    }

    /// <summary>Reads a number of 64 bits, or a string of digits.</summary>
    /// <exception cref="InvalidOperationException">It is a string that is not Unicode.</exception>
    public static bool TryGetId(this JsonElement from, out long id)
    {
        id = 0;
        return from.ValueKind switch
        {
            JsonValueKind.Number => from.TryGetInt64(out id),
            JsonValueKind.String => TryParse(from.GetString()!, out id),
            _ => false,
        };
    }

    /// <summary>Writes a property whose value is an id.</summary>
    /// <param name="to">Inside an object.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="id">From 0.</param>
    public static void WriteId(this Utf8JsonWriter to, JsonEncodedText name, long id)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (id <= BookOptions.MaxExact)
        {
            to.WriteNumber(name, id);
            return;
        }

        to.WritePropertyName(name);
        to.WriteIdValue(id);
    }

    /// <summary>As <see cref="WriteId(Utf8JsonWriter, JsonEncodedText, long)"/>, by a name not encoded yet.</summary>
    public static void WriteId(this Utf8JsonWriter to, string name, long id)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.WritePropertyName(name);
        to.WriteIdValue(id);
    }

    /// <summary>Writes an id where a value may stand.</summary>
    /// <param name="to">Inside an array, or behind a property's name.</param>
    /// <param name="id">From 0.</param>
    public static void WriteIdValue(this Utf8JsonWriter to, long id)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (id <= BookOptions.MaxExact)
        {
            to.WriteNumberValue(id);
            return;
        }

        Span<byte> digits = stackalloc byte[MostDigits];
        Utf8Formatter.TryFormat(id, digits, out int length);
        to.WriteStringValue(digits[..length]);
    }
}

/// <summary>A property of this is an id in JSON, as <see cref="IdJson"/> says.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class JsonIdAttribute() : JsonConverterAttribute(typeof(IdJsonConverter));

/// <summary>Reads and writes ids as <see cref="IdJson"/> says.</summary>
public sealed class IdJsonConverter : JsonConverter<long>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is neither a number of 64 bits nor a string of digits.</exception>
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number
        : reader.TokenType == JsonTokenType.String && IdJson.TryParse(reader.GetString()!, out long id) ? id
        : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteIdValue(value);
}

/// <summary>Reads and writes lists of ids as <see cref="IdJson"/> says.</summary>
public sealed class IdListJsonConverter : JsonConverter<IReadOnlyList<long>>
{
    private static readonly IdJsonConverter Each = new();

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no array, or has something else than ids in it.</exception>
    public override IReadOnlyList<long> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<long> ids = [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ids.Add(Each.Read(ref reader, typeof(long), options));
        }

        return new PrintedList<long>(ids);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<long> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartArray();
        foreach (long id in value)
        {
            writer.WriteIdValue(id);
        }

        writer.WriteEndArray();
    }
}
