using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Matching.Core.Tests.Rules;

/// <summary>Ids in JSON: what is written comes back, to us and to a reader that keeps numbers as doubles.</summary>
public sealed class IdJsonTests
{
    /// <summary>Every power of two and its neighbours, and anything between.</summary>
    private static readonly Gen<long> s_id = Gen.Frequency(
        (3, from power in Gen.Choose(0, 62) from around in Gen.Choose(-2, 2) select Math.Max(1, (1L << power) + around)),
        (2, Gen.Choose(0, 3).Select(below => long.MaxValue - below)),
        (1, from high in Gen.Choose(0, int.MaxValue)
            from low in Gen.Choose(0, int.MaxValue)
            select Math.Max(
            1, ((long)high << 31) | (uint)low)));

    [Fact]
    public void What_is_written_is_read_again_and_no_double_rounds_it() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(Arb.From(s_id), id =>
        {
            string json = Written(id);
            var body = new Body(id, id);
            JsonElement said = JsonDocument.Parse(json).RootElement;
            JsonElement order = said.GetProperty("order");

            // JavaScript: JSON.parse keeps numbers as doubles, and strings as they are.
            string inJavaScript = order.ValueKind == JsonValueKind.Number
                ? order.GetDouble().ToString("F0", CultureInfo.InvariantCulture)
                : order.GetString()!;
            Assert.Equal(id.ToString(CultureInfo.InvariantCulture), inJavaScript);
            Assert.Equal(id <= BookOptions.MaxExact ? JsonValueKind.Number : JsonValueKind.String, order.ValueKind);
            Assert.True(order.TryGetId(out long read) && read == id);
            Assert.True(said.GetProperty("members")[0].TryGetId(out read) && read == id);
            Assert.Equal(body, JsonSerializer.Deserialize<Body>(JsonSerializer.Serialize(body)));
            Assert.Equal(
                order.GetRawText(), JsonDocument.Parse(JsonSerializer.Serialize(body)).RootElement.GetProperty("Order").GetRawText());
        }));

    [Fact]
    public void A_number_and_a_string_of_its_digits_are_one_id() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Arb.From(s_id), id =>
        {
            string digits = id.ToString(CultureInfo.InvariantCulture);
            Body? fromNumber = JsonSerializer.Deserialize<Body>($"{{\"Order\":{digits},\"Team\":{digits}}}");
            Body? fromText =
                JsonSerializer.Deserialize<Body>($"{{\"Order\":\"{digits}\",\"Team\":\"\\u{(int)digits[0]:x4}{digits[1..]}\"}}");
            Assert.Equal(new Body(id, id), fromNumber);
            Assert.Equal(fromNumber, fromText);
        }));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"01\"")]
    [InlineData("\"+1\"")]
    [InlineData("\"-1\"")]
    [InlineData("\" 1\"")]
    [InlineData("\"1.0\"")]
    [InlineData("\"1e3\"")]
    [InlineData("\"9223372036854775808\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"١\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("9223372036854775808")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void Anything_else_is_no_id(string json)
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Body>($"{{\"Order\":{json}}}"));
        if (!json.StartsWith("\"\\u", StringComparison.Ordinal))
        {
            Assert.False(JsonDocument.Parse(json).RootElement.TryGetId(out _));
        }
    }

    private static string Written(long id)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteId(JsonEncodedText.Encode("order"), id);
            json.WriteId("item", id);
            json.WriteStartArray("members");
            json.WriteIdValue(id);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private sealed record Body([property: JsonId] long Order, [property: JsonId] long? Team = null);
}
