using System.Globalization;
using System.Text.Json;

namespace Matching.Host.Run;

/// <summary>Sums of money in JSON: an integer in fen, written in full however many digits it has.</summary>
internal static class FenJson
{
    private const int MostDigits = 40;

    /// <summary>Writes a property whose value is money.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="name">The property's name.</param>
    /// <param name="fen">The sum.</param>
    public static void WriteFen(this Utf8JsonWriter json, JsonEncodedText name, Int128 fen)
    {
        if (fen == (long)fen)
        {
            json.WriteNumber(name, (long)fen);
            return;
        }

        Span<byte> digits = stackalloc byte[MostDigits];
        fen.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        json.WritePropertyName(name);
        json.WriteRawValue(digits[..length], skipInputValidation: true);
    }
}
