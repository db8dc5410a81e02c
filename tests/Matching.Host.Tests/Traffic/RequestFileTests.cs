using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

public sealed class RequestFileTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void Rows_are_sent_by_time_and_then_by_row_number_whatever_their_order_in_the_file()
    {
        string file = _reading.File("a.csv", "row,t,user,item\n4,20,7,1\n3,10,9,1\n1,10,8,Hot chocolate\n2,20,7,2\n");
        var (reader, bad) = _reading.Read(file);
        Assert.Equal("1@10:8>Hot chocolate 3@10:9>1 2@20:7>2 4@20:7>1", _reading.Sent(reader));
        Assert.Equal(0, bad.Count);
    }

    [Fact]
    public void Order_ids_of_a_second_file_go_on_after_the_highest_of_the_first()
    {
        string first = _reading.File("a.csv", "row,t,user,item\n5,10,1,1\n2,10,2,1\n");
        string second = _reading.File("b.csv", "row,t,user,item\n1,5,3,1\n2,11,4,1\n");
        var (reader, _) = _reading.Read(first, second);
        Assert.Equal("6@5:3>1 2@10:2>1 5@10:1>1 7@11:4>1", _reading.Sent(reader));
    }

    [Fact]
    public void Row_numbers_and_buyers_may_be_as_large_as_ids_are()
    {
        string first =
            _reading.File("a.csv", "row,t,user,item\n9223372036854775807,10,1788888888888888888,1\n9223372036854775808,10,8,1\n");
        string second = _reading.File("b.csv", "10,1,1,buy,1511544070\n");
        var (reader, bad) = _reading.Read(first);
        Assert.Equal("9223372036854775807@10:1788888888888888888>1", _reading.Sent(reader));
        Assert.Contains("no whole number from 1 to 9223372036854775807", bad.First[0], StringComparison.Ordinal);
        string refused = Assert.Throws<InvalidDataException>(() => _reading.Read(first, second)).Message;
        Assert.Contains("have taken the last order id", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_told_by_content_and_not_by_name()
    {
        byte[] text = Encoding.UTF8.GetBytes("row,t,user,item\r\n1,10,8,x\r\n");
        var (reader, _) = _reading.Read(_reading.File("plain.csv.gz", text), _reading.File("packed.csv", Reading.Gzip(text)));
        Assert.Equal("1@10:8>x 2@10:8>x", _reading.Sent(reader));
    }

    [Fact]
    public void A_byte_order_mark_a_missing_last_line_end_and_blank_lines_are_harmless()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", "\uFEFFrow,t,user,item\n1,10,8,x\n\n2,11,9,x"));
        Assert.Equal("1@10:8>x 2@11:9>x", _reading.Sent(reader));
        Assert.Equal(0, bad.Count);
    }

    [Fact]
    public void Bad_rows_are_left_out_counted_and_the_first_few_shown_with_line_and_reason()
    {
        string file = _reading.File(
            "a.csv",
            "row,t,user,item\n1,10,8,x\n2,1O,8,x\n3,10,8\n0,10,8,x\n5,10,,x\n6,10,8,\n1,12,9,x\n7,10,8,x,y\n-8,10,8,x\n9,9999999999999,8,x\n10,11,9,x\n");
        var (reader, bad) = _reading.Read(file);
        Assert.Equal("1@10:8>x 10@11:9>x", _reading.Sent(reader));
        Assert.Equal(9, bad.Count);
        Assert.Equal(5, bad.First.Count);
        Assert.Equal("a.csv:3: t '1O' is not seconds since 1970", bad.First[0]);
        Assert.Equal("a.csv:4: 3 columns; the header has 4", bad.First[1]);
        Assert.Equal("a.csv:5: row '0' is no whole number from 1 to 9223372036854775807", bad.First[2]);
        Assert.Equal("a.csv:6: user is empty", bad.First[3]);
        Assert.Equal("a.csv:7: item is empty", bad.First[4]);
    }

    [Fact]
    public void A_row_number_that_comes_twice_is_bad_since_it_is_the_orders_id()
    {
        var (_, bad) = _reading.Read(_reading.File("a.csv", "row,t,user,item\n5000,10,8,x\n3,10,8,x\n5000,12,9,y\n"));
        Assert.Equal("a.csv:4: row 5000 occurs twice; it is the order's id (R35)", Assert.Single(bad.First));
    }

    [Fact]
    public void A_line_beyond_64_KiB_is_bad_and_the_next_one_is_read()
    {
        string file = _reading.File("a.csv", $"row,t,user,item\n1,10,8,{new string('x', 3_000_000)}\n2,11,9,x\n");
        var (reader, bad) = _reading.Read(file);
        Assert.Equal("2@11:9>x", _reading.Sent(reader));
        Assert.Equal("a.csv:2: longer than 65536 bytes", Assert.Single(bad.First));
    }

    [Fact]
    public void Strict_makes_the_first_bad_row_an_error_that_names_it()
    {
        string file = _reading.File("a.csv", "row,t,user,item\n1,10,8,x\n2,x,8,x\n");
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(new TrafficOptions { Strict = true }, file));
        Assert.StartsWith("a.csv:3: t 'x' is not seconds", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("{\"op\":\"quickJoin\"}\n")]
    public void A_file_of_unknown_shape_is_refused_and_the_known_ones_are_named(string text)
    {
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(_reading.File("what.txt", text)));
        Assert.Contains("row,t,user,item", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_rows_over_several_pieces_stay_in_order()
    {
        const int Rows = 200_000;
        var text = new StringBuilder("row,t,user,item\n");
        for (int i = 1; i <= Rows; i++)
        {
            text.Append(i).Append(',').Append(1000 + (i * 7919L % 100_003)).Append(",1,1\n");
        }

        var (reader, _) = _reading.Read(_reading.File("a.csv", text.ToString()));
        (long AtMs, long Order) last = default;
        long seen = 0;
        foreach (ReadOnlyMemory<Arrival> piece in reader.Arrivals.InOrder())
        {
            foreach (ref readonly Arrival a in piece.Span)
            {
                Assert.True((a.AtMs, a.Order).CompareTo(last) > 0);
                last = (a.AtMs, a.Order);
                seen++;
            }
        }

        Assert.Equal(Rows, seen);
    }
}
