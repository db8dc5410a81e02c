using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Matching.Core;

/// <summary>
/// A payment's own id (R35): a number from 1 to 2^63 − 1, or a text of 1 to 64 bytes in UTF-8 without control characters. It comes back as
/// it came, but for a text of digits that are such a number: it is that number, so 7 and "7" are one. "07" and digits beyond it are
/// texts. The default, as which 0 counts, is none. Any thread.
/// </summary>
[JsonConverter(typeof(PaymentIdJsonConverter))]
public readonly struct PaymentId : IEquatable<PaymentId>
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64;

    private PaymentId(long number, string? text) => (Number, Text) = (number, text);

    /// <summary>The number; 0 for a text or none.</summary>
    public long Number { get; }

    /// <summary>The text; null for a number or none.</summary>
    public string? Text { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsNone => Number == 0 && Text is null;

    /// <summary>The id of a number; 0 is none. Below 0 is refused where it is used.</summary>
    public static implicit operator PaymentId(long number) => FromInt64(number);

    /// <summary>Whether two are one.</summary>
    public static bool operator ==(PaymentId one, PaymentId other) => one.Equals(other);

    /// <summary>Whether two are not one.</summary>
    public static bool operator !=(PaymentId one, PaymentId other) => !one.Equals(other);

    /// <summary>The id of a number; 0 is none. Below 0 is refused where it is used.</summary>
    public static PaymentId FromInt64(long number) => new(number, null);

    /// <summary>The id of a text.</summary>
    /// <exception cref="ArgumentException">It is none: empty, "0", longer than 64 bytes, not Unicode, or with a control
    /// character.</exception>
    public static PaymentId Parse(string text) => TryParse(text, out PaymentId payment)
        ? payment
        : throw new ArgumentException($"Payment is '{text}'; allowed is {Allowed} (R35)", nameof(text));

    /// <summary>Makes an id of a text.</summary>
    /// <returns>False for what <see cref="Parse"/> refuses.</returns>
    public static bool TryParse(string? text, out PaymentId payment)
    {
        payment = default;
        if (string.IsNullOrEmpty(text) || text.Any(char.IsControl))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[MaxBytes];
        if (Utf8.FromUtf16(text, bytes, out _, out _, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            return false;
        }

        payment = IdJson.TryParse(text, out long number) ? new(number, null) : new(0, text);
        return !payment.IsNone;
    }

    /// <summary>What is allowed, in words for a refusal.</summary>
    public static string Allowed => "a number from 1 to 9223372036854775807, or a text of 1 to 64 bytes without control characters";

    /// <inheritdoc/>
    public bool Equals(PaymentId other) => Number == other.Number && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PaymentId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Text is null ? Number.GetHashCode() : string.GetHashCode(Text, StringComparison.Ordinal);

    /// <summary>The text, or the digits of the number; empty for none.</summary>
    public override string ToString() => Text ?? (Number == 0 ? "" : Number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes the bytes of a text.</summary>
    /// <returns>How many; 0 where it is no text.</returns>
    internal int WriteText(Span<byte> to) => Text is null ? 0 : Encoding.UTF8.GetBytes(Text, to);

    /// <summary>Reads the bytes of a text.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    internal static PaymentId ReadText(ReadOnlySpan<byte> from) =>
        Utf8.IsValid(from) && TryParse(Encoding.UTF8.GetString(from), out PaymentId payment) && payment.Text is not null
            ? payment
            : throw new FormatException("these bytes are no payment's id");
}

/// <summary>Reads and writes payments' ids: numbers as <see cref="IdJson"/> says, and texts.</summary>
public sealed class PaymentIdJsonConverter : JsonConverter<PaymentId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is neither a number from 1 to 2^63 − 1 nor such a text.</exception>
    public override PaymentId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number > 0 ? number
        : reader.TokenType == JsonTokenType.String && PaymentId.TryParse(reader.GetString(), out PaymentId payment) ? payment
        : throw new JsonException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PaymentId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.Text is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteIdValue(value.Number);
        }
    }
}
