using System.Text.Json;
using System.Text.Json.Serialization;

namespace Matching.Engine;

/// <summary>
/// An exception as JSON: its type and message. The whole of one has no JSON, and its stack is nobody's business on a bus.
/// </summary>
public sealed class ExceptionText : JsonConverter<Exception>
{
    /// <exception cref="NotSupportedException">Always: a text is no exception any more.</exception>
    public override Exception Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("an exception cannot be read back from JSON");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Exception value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStringValue($"{value.GetType().FullName}: {value.Message}");
    }
}
