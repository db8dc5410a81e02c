using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Matching.Core;

/// <summary>
/// Sums of money in JSON: fen, a number up to 2^53 − 1 and a string of digits above it, as ids are (<see cref="IdJson"/>). Any thread.
/// </summary>
public static class FenJson
{
    private const int MostDigits = 40;

    /// <summary>Writes a property whose value is a sum of money.</summary>
    /// <param name="to">Inside an object.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="fen">The sum.</param>
    public static void WriteFen(this Utf8JsonWriter to, JsonEncodedText name, Int128 fen)
    {
        ArgumentNullException.ThrowIfNull(to);
        to.WritePropertyName(name);
        to.WriteFenValue(fen);
    }

    /// <summary>Writes a sum of money where a value may stand.</summary>
    public static void WriteFenValue(this Utf8JsonWriter to, Int128 fen)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (Int128.Abs(fen) <= BookOptions.MaxExact)
        {
            to.WriteNumberValue((long)fen);
            return;
        }

        Span<byte> digits = stackalloc byte[MostDigits];
        fen.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        to.WriteStringValue(digits[..length]);
    }
}

/// <summary>A property of this is a sum of money in JSON, as <see cref="FenJson"/> says.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class JsonFenAttribute() : JsonConverterAttribute(typeof(FenJsonConverter));

/// <summary>Reads and writes sums of money as <see cref="FenJson"/> says.</summary>
public sealed class FenJsonConverter : JsonConverter<Int128>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is neither a number of 64 bits nor a string of digits.</exception>
    public override Int128 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number
        : reader.TokenType == JsonTokenType.String
            && Int128.TryParse(reader.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 fen) ? fen
        : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Int128 value, JsonSerializerOptions options) => writer.WriteFenValue(value);
}
