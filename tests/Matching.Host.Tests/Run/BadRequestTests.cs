using System.Text;
using Matching.Host.Run;

namespace Matching.Host.Tests.Run;

/// <summary>Lines that are no requests: each is refused for its own reason, under its id where that can be read.</summary>
public sealed class BadRequestTests
{
    private readonly RequestParser _parser = new();

    [Theory]
    [InlineData("", "an empty line is not a request")]
    [InlineData(" \t\r", "an empty line is not a request")]
    [InlineData("7", "a request is one JSON object")]
    [InlineData("""["op","ship"]""", "a request is one JSON object")]
    [InlineData("null", "a request is one JSON object")]
    [InlineData("{}", "a request needs op")]
    [InlineData("""{"op":"shipp","item":1,"order":1}""", "op \"shipp\" is unknown; the operations are quickJoin,")]
    [InlineData("""{"op":"Ship","item":1,"order":1}""", "op \"Ship\" is unknown")]
    [InlineData("""{"op":7,"item":1,"order":1}""", "op 7 is unknown")]
    [InlineData("""{"op":"\ud800"}""", "op \"\\ud800\" is unknown")]
    [InlineData("hello", "the line is not valid JSON at byte 0")]
    [InlineData("""{"op":"ship","item":1,"order":1""", "the line is not valid JSON at byte 31")]
    [InlineData("""{"op":"ship","item":1,"order":1}}""", "the line is not valid JSON at byte 32")]
    [InlineData("""{"op":"ship","item":1,"order":1} {}""", "the line is not valid JSON at byte 33")]
    [InlineData("""{"op":"ship","item":1,"order":1,}""", "the line is not valid JSON at byte 32")]
    [InlineData("\uFEFF{\"op\":\"counts\"}", "the line begins with a byte order mark: send UTF-8 without one")]
    [InlineData("""{'op':'ship'}""", "the line is not valid JSON at byte 1")]
    [InlineData("""{"op":"ship","item":01,"order":1}""", "the line is not valid JSON")]
    [InlineData("""{"op":"ship","item":1,"order":1} // note""", "the line is not valid JSON")]
    [InlineData("{\"op\":\"ship\",\0\"item\":1,\"order\":1}", "the line is not valid JSON at byte 13")]
    [InlineData("{\"op\":\"sh\0ip\",\"item\":1,\"order\":1}", "the line is not valid JSON")]
    [InlineData("""{"op":"ship","op":"ship","item":1,"order":1}""", "op is given twice")]
    [InlineData("""{"op":"ship","item":1,"item":1,"order":1}""", "item is given twice")]
    [InlineData("""{"op":"ship","item":1,"order":1,"\u0069tem":2}""", "item is given twice")]
    public void What_is_no_request_at_all_is_refused(string line, string reason) => Refused(line, reason);

    [Theory]
    [InlineData("""{"op":"openTeam","buyer":2,"order":3}""", "openTeam needs item")]
    [InlineData("""{"op":"openTeam","item":1,"order":3}""", "openTeam needs buyer")]
    [InlineData("""{"op":"quickJoin","item":1,"buyer":2}""", "quickJoin needs order")]
    [InlineData("""{"op":"joinTeam","item":1,"buyer":2,"order":3}""", "joinTeam needs team")]
    [InlineData("""{"op":"hold","item":1,"order":3}""", "hold needs buyer")]
    [InlineData("""{"op":"pay","item":1}""", "pay needs order")]
    [InlineData("""{"op":"soloBuy","item":1,"order":3}""", "soloBuy needs buyer")]
    [InlineData("""{"op":"refundsOwed"}""", "refundsOwed needs take")]
    [InlineData("""{"op":"team","item":1}""", "team needs team")]
    [InlineData("""{"op":"openTeams","item":1}""", "openTeams needs take")]
    [InlineData("""{"op":"ordersOf","take":1}""", "ordersOf needs buyer")]
    [InlineData("""{"op":"advance"}""", "advance needs to")]
    public void A_required_field_must_be_there(string line, string reason) => Refused(line, reason);

    [Theory]
    [InlineData("item", "0")]
    [InlineData("item", "-1")]
    [InlineData("buyer", "9223372036854775808")]
    [InlineData("buyer", "18446744073709551617")]
    [InlineData("buyer", "99999999999999999999999")]
    [InlineData("order", "1.0")]
    [InlineData("order", "1e3")]
    [InlineData("order", "\"9223372036854775808\"")]
    [InlineData("order", "\"0\"")]
    [InlineData("order", "\"-1\"")]
    [InlineData("order", "\"+1\"")]
    [InlineData("order", "\"01\"")]
    [InlineData("order", "\" 1\"")]
    [InlineData("order", "\"1.0\"")]
    [InlineData("order", "\"١\"")]
    [InlineData("order", "\"\"")]
    [InlineData("order", "null")]
    [InlineData("item", "[1]")]
    [InlineData("item", "{}")]
    [InlineData("item", "true")]
    public void An_id_is_an_integer_from_1_to_2_to_the_63rd_less_1_or_a_string_of_its_digits(string field, string value)
    {
        string line = $$"""{"op":"quickJoin","item":1,"buyer":2,"order":3}""".Replace($"\"{field}\":{(field[0] == 'i' ? 1 : field[0] == 'b' ? 2 : 3)}", $"\"{field}\":{value}", StringComparison.Ordinal);

        Refused(line, $"{field} must be an integer from 1 to 9223372036854775807, not {value}");
    }

    [Theory]
    [InlineData("quickJoin", "\"price\":-1", "price must be an integer from 0 to 9007199254740991, not -1 (R4)")]
    [InlineData(
        "quickJoin", "\"amount\":9007199254740992", "amount must be an integer from 0 to 9007199254740991, not 9007199254740992 (R44)")]
    [InlineData("quickJoin", "\"amount\":\"5\"", "amount must be an integer from 0 to 9007199254740991, not \"5\" (R44)")]
    [InlineData("quickJoin", "\"quantity\":\"5\"", "quantity must be an integer from 1 to 2147483647, not \"5\" (R44)")]
    [InlineData("quickJoin", "\"amount\":19.90", "amount must be an integer from 0 to 9007199254740991, not 19.90 (R44)")]
    [InlineData("quickJoin", "\"quantity\":0", "quantity must be an integer from 1 to 2147483647, not 0 (R44)")]
    [InlineData("quickJoin", "\"quantity\":2147483648", "quantity must be an integer from 1 to 2147483647, not 2147483648 (R44)")]
    [InlineData("quickJoin", "\"source\":3", "source must be a string, not 3 (R23)")]
    [InlineData("openTeam", "\"public\":\"yes\"", "public must be true or false, not \"yes\" (R2)")]
    [InlineData("openTeam", "\"public\":1", "public must be true or false, not 1 (R2)")]
    [InlineData("hold", "\"open\":null", "open must be true or false, not null (R33)")]
    [InlineData("hold", "\"team\":0", "team must be an integer from 1 to 9223372036854775807, not 0")]
    [InlineData("hold", "\"team\":4,\"open\":true", "hold takes team or open, not both (R33)")]
    [InlineData("pay", "\"payment\":0",
        "payment must be a number from 1 to 9223372036854775807, or a text of 1 to 64 bytes without control characters, not 0 (R35)")]
    [InlineData("pay", "\"payment\":-1", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":9223372036854775808", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":\"\"", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":\"0\"", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":\"a\\u0009b\"", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":\"\\ud800\"", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("pay", "\"payment\":\"12345678901234567890123456789012345678901234567890123456789012345\"",
        "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData("refundDone", "\"payment\":true", "payment must be a number from 1 to 9223372036854775807, or")]
    [InlineData(
        "refundDone", "\"cause\":\"late\"",
        "cause must be one of expired, left, afterSale, latePayment, unknownPayment, secondPayment, underpaid, overpaid, priceDifference, "
        + "not \"late\" (R37)")]
    [InlineData("refundDone", "\"cause\":\"none\"", "cause must be one of expired")]
    [InlineData("refundDone", "\"cause\":\"\"", "cause must be one of expired")]
    [InlineData("refundDone", "\"key\":1", "key must be a string, not 1 (R37)")]
    [InlineData("refundDone", "\"key\":\"1:2:left\",\"cause\":\"left\"", "refundDone takes key, or cause and payment, not both (R37)")]
    [InlineData("refundDone", "\"key\":\"1:2:left\",\"payment\":1", "refundDone takes key, or cause and payment, not both (R37)")]
    [InlineData("refundDone", "\"cause\":1", "cause must be one of expired")]
    [InlineData("openTeams", "\"take\":0", "take must be an integer from 1 to 1000000, not 0")]
    [InlineData("openTeams", "\"take\":1000001", "take must be an integer from 1 to 1000000, not 1000001")]
    [InlineData("ordersOf", "\"take\":1,\"after\":-1", "after must be an integer from 0 to 9223372036854775807, not -1")]
    [InlineData("advance", "\"to\":-1", "to must be an integer from 0 to 9007199254740991, not -1 (R43)")]
    [InlineData("advance", "\"to\":1.5", "to must be an integer from 0 to 9007199254740991, not 1.5 (R43)")]
    [InlineData("counts", "\"campaign\":1", "counts takes one of item, campaign and merchant, or none (R19)")]
    [InlineData("counts", "\"merchant\":\"x\"", "merchant must be an integer from 1 to 9223372036854775807, not \"x\"")]
    public void A_field_out_of_its_range_is_named_with_its_value_and_rule(string op, string fields, string reason) =>
        Refused($$"""{"op":"{{op}}","item":1,"buyer":2,"order":3,{{fields}}}""", reason);

    [Fact]
    public void Nesting_beyond_64_is_refused()
    {
        string line = """{"op":"ship","item":1,"order":1,"note":""" + new string('[', 100) + new string(']', 100) + "}";

        Refused(line, "the line is not valid JSON");
    }

    [Fact]
    public void A_fault_of_JSON_is_told_without_advice_to_the_reader_of_it()
    {
        string reason = _parser.Parse("""{"op":"ship","item":1,}"""u8, out _)!;

        Assert.EndsWith("trailing comma at the end which is not supported in this mode.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_shown_in_part()
    {
        string line = $$"""{"op":"ship","item":"{{new string('二', 5_000)}}","order":1}""";

        Refused(line, $"item must be an integer from 1 to 9223372036854775807, not \"{new string('二', 39)}…");
    }

    [Theory]
    [InlineData("""{"id":7,"op":"ship","item":0,"order":1}""", "7")]
    [InlineData("""{"op":"ship","item":0,"order":1,"id":{"a":1}}""", "{\"a\":1}")]
    [InlineData("""{"id":"x","op":"ship","op":"ship"}""", "\"x\"")]
    [InlineData("""{"id":7,"op":"ship","item":1""", "7")]
    [InlineData("""{"id":[1,2],"op":ship}""", "[1,2]")]
    [InlineData("""{"id":7,"id":8,"op":"ship"}""", "7")]
    [InlineData("""{"op":ship,"id":7}""", "")]
    [InlineData("""{"id":[1,""", "")]
    [InlineData("""{"id":tru""", "")]
    [InlineData("""[7]""", "")]
    public void A_refused_line_keeps_its_id_where_it_could_be_read(string line, string id)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);

        Assert.NotNull(_parser.Parse(bytes, out _));
        Assert.Equal(id, Encoding.UTF8.GetString(_parser.Id(bytes)));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused_and_never_sent_back()
    {
        byte[] elsewhere = [.. "{\"id\":7,\"op\":\"ship\",\"item\":1,\"order\":1,\"note\":\""u8, 0xFF, 0xC0, .. "\"}"u8];
        byte[] inside = [.. "{\"id\":\""u8, 0xC3, 0x28, .. "\",\"op\":\"ship\",\"item\":1,\"order\":1}"u8];

        Assert.Equal("the line is not valid UTF-8", _parser.Parse(elsewhere, out _));
        Assert.Equal("7", Encoding.UTF8.GetString(_parser.Id(elsewhere)));
        Assert.Equal("the line is not valid UTF-8", _parser.Parse(inside, out _));
        Assert.True(_parser.Id(inside).IsEmpty);
    }

    [Theory]
    [InlineData("""{"id":7,"op":"ship","note":"aaa""", "7")]
    [InlineData("""{"op":"ship","note":"aaa""", "")]
    [InlineData("""{"id":"aaa""", "")]
    [InlineData("""xxxx""", "")]
    public void The_beginning_of_a_line_gives_its_id_when_it_is_there(string beginning, string id)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(beginning);

        _parser.ParseBeginning(bytes);

        Assert.Equal(id, Encoding.UTF8.GetString(_parser.Id(bytes)));
    }

    private void Refused(string line, string reason)
    {
        string? problem = _parser.Parse(Encoding.UTF8.GetBytes(line), out _);

        Assert.NotNull(problem);
        Assert.StartsWith(reason, problem, StringComparison.Ordinal);
    }
}
