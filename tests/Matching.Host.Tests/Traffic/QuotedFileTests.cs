using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Quoted fields (RFC 4180): delimiters, quotes and line ends inside them.</summary>
public sealed class QuotedFileTests : IDisposable
{
    private const string Header = "user,item,note,t\n";

    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Theory]
    [InlineData("8,\"x, the one\",n,100\n", "8>x, the one")]
    [InlineData("8,\"say \"\"x\"\"\",n,100\n", "8>say \"x\"")]
    [InlineData("\"\"\"8\"\"\",\"\"\"x\"\"\",\"\",100\n", "\"8\">\"x\"")]
    [InlineData("8,\"x\",\"first\nsecond, \"\"third\"\"\n\",100\n", "8>x")]
    [InlineData("8,x,\"ends\r\nhere\",100\r\n", "8>x")]
    [InlineData("8,5\" pipe,n,100\n", "8>5\" pipe")]
    [InlineData("8,x,5\" pipe,100\n9,y,5\" hose,200\n", "8>x 9>y")]
    public void Quotes_keep_a_field_together(string rows, string words)
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", Header + rows));
        Assert.Equal(
            words, string.Join(' ', _reading.Sent(reader).Split(["1@100:", " 2@200:", "2@200:"], StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(0, bad.Count);
    }

    [Fact]
    public void A_quote_that_is_never_closed_costs_one_row_and_a_mark_behind_a_closing_one_too()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", Header + "8,\"x,n,100\n9,y,n,200\n7,\"z\"z,n,300\n6,w,n,400\n"));
        Assert.Equal("1@200:9>y 2@400:6>w", _reading.Sent(reader));
        Assert.Equal(["a.csv:2: a quote is opened and not closed", "a.csv:4: something stands behind a closing quote"], bad.First);
    }

    [Fact]
    public void A_record_of_several_lines_counts_as_the_lines_it_has()
    {
        var (_, bad) = _reading.Read(_reading.File("a.csv", Header + "8,x,\"a\nb\nc\",100\n9,y,n,late\n"));
        Assert.Equal("a.csv:5: t 'late' is not seconds since 1970", Assert.Single(bad.First));
    }

    [Fact]
    public void A_quoted_field_that_goes_on_for_more_than_a_record_may_have_costs_its_first_line_only()
    {
        string text = Header + "8,x,\"" + string.Concat(Enumerable.Repeat("9,y,n,200\n", 20_000));
        var (reader, bad) = _reading.Read(_reading.File("a.csv", text + "7,z,\"n\",300\n"));
        Assert.Equal((20_000, 1L), (reader.Arrivals.Count, bad.Count));
        Assert.Equal("a.csv:2: a quote is opened and not closed", Assert.Single(bad.First));
    }

    [Fact]
    public void Records_of_several_lines_are_put_together_wherever_the_buffer_ends()
    {
        // Three megabytes of records of different lengths: the buffer is filled anew at every place of one.
        var text = new StringBuilder(Header);
        for (int i = 1; i <= 40_000; i++)
        {
            text.Append(i).Append(",\"a\"\"").Append(i).Append("\",\"").Append('x', i % 97).Append("\n\"\"\n").Append('y', i % 31)
                .Append("\",").Append(i).Append('\n');
        }

        var (reader, bad) = _reading.Read(_reading.File("a.csv", text.ToString()));
        Assert.Equal((40_000, 0L), (reader.Arrivals.Count, bad.Count));
        string[] sent = _reading.Sent(reader).Split(' ');
        Assert.All(Enumerable.Range(1, 40_000), i => Assert.Equal($"{i}@{i}:{i}>a\"{i}", sent[i - 1]));
    }

    [Fact]
    public void A_word_with_a_line_end_in_it_is_bad()
    {
        var (_, bad) = _reading.Read(_reading.File("a.csv", Header + "8,\"x\ny\",n,100\n9,y,n,200\n"));
        Assert.Equal("a.csv:2: item 'x\\x0Ay' holds a NUL byte or a line end", Assert.Single(bad.First));
    }

    [Theory]
    [InlineData("¦", "user¦item¦t\n8¦1¦100\n")]
    [InlineData("::", "user::item::t\n8::1::100\n")]
    [InlineData(" ", "user item t\n8 1 100\n")]
    [InlineData(";", "user;item;t\n8;1;100\n")]
    public void The_delimiter_can_be_named(string delimiter, string text) =>
        Assert.Equal("1@100:8>1", _reading.Sent(text, new TrafficOptions { Delimiter = delimiter }));
}
