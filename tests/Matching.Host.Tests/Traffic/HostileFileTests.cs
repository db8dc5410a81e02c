using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Files that no program should have written, and some did.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Lines_end_in_one_of_three_ways(string end) =>
        Assert.Equal("1@100:a>x 2@200:b>y", _reading.Sent(string.Join(end, "t,user,item", "100,a,x", "", "200,b,y", "")));

    [Fact]
    public void A_lone_CR_in_a_file_of_LF_is_no_line_end_and_no_part_of_a_word()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", "t,user,item\n100,a,x\r200,b,y\n300,c,z\r\r\n400,d,w\r\n"));
        Assert.Equal("1@400:d>w", _reading.Sent(reader));
        Assert.Equal(["a.csv:2: 5 columns; the header has 3", "a.csv:3: item 'z\\x0D' holds a NUL byte or a line end"], bad.First);
    }

    [Fact]
    public void NUL_bytes_in_rows_cost_those_rows()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", "t,user,item\n100,a\0,x\n2\000,b,y\n\0\0\0\0\0\0\0\0\n300,c,z\n"));
        Assert.Equal("1@300:c>z", _reading.Sent(reader));
        Assert.Equal(
            ["a.csv:2: user 'a\\x00' holds a NUL byte or a line end",
             "a.csv:3: t '2\\x0000' is not seconds since 1970",
             "a.csv:4: 1 column; the header has 3"],
            bad.First);
    }

    [Fact]
    public void A_binary_file_is_refused() =>
        Assert.Contains("NUL bytes", Assert.Throws<InvalidDataException>(
            () => _reading.Read(_reading.File("a.bin", new byte[5000]))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void An_empty_file_is_said_to_be_empty(string text) =>
        Assert.StartsWith("a.csv: the file is empty\n", _reading.Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("row,t,user,item")]
    [InlineData("t,user,item\n\n\n")]
    [InlineData("\n\nt,user,item\n")]
    public void A_header_alone_is_a_file_without_requests(string text) => Assert.Equal("", _reading.Sent(text));

    [Theory]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    [InlineData(3_000_000)]
    public void A_line_that_is_too_long_costs_itself_wherever_it_stands(int length)
    {
        string filler = new('x', length - "100,a,".Length);
        var (reader, bad) = _reading.Read(_reading.File("a.csv", $"t,user,item\n100,a,{filler}\n200,b,y\n300,c,{filler}"));
        Assert.Equal(length > 65_536 ? 1 : 3, reader.Arrivals.Count);
        Assert.Equal(length > 65_536 ? ["a.csv:2: longer than 65536 bytes", "a.csv:4: longer than 65536 bytes"] : [], bad.First);
    }

    [Fact]
    public void A_header_that_is_too_long_is_refused_and_not_shown_whole() =>
        Assert.InRange(_reading.Refusal($"{new string('x', 3_000_000)}\n1,2,3\n").Length, 100, 2_000);

    [Fact]
    public void What_messages_show_of_a_file_moves_no_cursor()
    {
        string refusal = _reading.Refusal("who\u001b[2J,what\a\n1,2\n");
        Assert.DoesNotContain(refusal, c => char.IsControl(c) && c != '\n');
        Assert.Contains("who\\x1B[2J,what\\x07", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_messages_show_of_names_in_an_archive_moves_no_cursor()
    {
        var (reader, _) =
            _reading.Read(_reading.File("a.tar", Reading.Tar(("a.csv", "t,user,item\n1,a,x\n"), ("b\u001b[2J.txt", "hello\n"))));
        Assert.StartsWith("a.tar:b\\x1B[2J.txt is passed over", Assert.Single(reader.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_at_all_are_read_or_refused_and_nothing_else_happens()
    {
        var random = new Random(20);
        byte[] good = Encoding.UTF8.GetBytes("row,t,user,item\n"
            + string.Concat(Enumerable.Range(1, 60).Select(i => $"{i},{1_511_658_000 + i},\"u{i}\",\"a \"\"b\"\"\"\n")));
        for (int i = 0; i < 1_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? Reading.Gzip(good) : [.. good];
            for (int hits = random.Next(1, 6); hits > 0; hits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? "\"\n\r,\0"[random.Next(5)] : random.Next(256));
            }

            try
            {
                _reading.Read(_reading.File("a.csv", bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)]));
            }
            catch (Exception e) when (e is InvalidDataException or DamagedFileException)
            {
                Assert.StartsWith("a.csv", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("t,user,item\nx,a,x\ny,b,y\n", "a.csv: every row is bad, 2 of them; nothing was replayed. The first:\n  a.csv:2: t 'x'")]
    [InlineData("t,user,item\n1.51E+12,a,x\n", "a.csv:2: t '1.51E+12' is a number as a spreadsheet shows it")]
    public void A_file_of_bad_rows_only_is_refused_with_the_first_of_them(string text, string shown) =>
        Assert.Contains(shown, _reading.Refusal(text), StringComparison.Ordinal);

    [Theory]
    [InlineData(100, 1, 1, true)]
    [InlineData(100, 2, 1, false)]
    [InlineData(100, 2, 2, true)]
    [InlineData(1000, 11, 1, false)]
    [InlineData(1000, 1, 0, false)]
    [InlineData(100, 99, 100, true)]
    public void More_bad_rows_than_allowed_are_refused_and_as_many_are_not(int rows, int bad, double most, bool taken)
    {
        string file = _reading.File(
            "a.csv", "t,user,item\n" + string.Concat(Enumerable.Range(1, rows).Select(i => i <= bad ? "x,a,x\n" : "100,a,x\n")));
        BadRows found = _reading.Read(file).Bad;
        if (taken)
        {
            found.Judge(most);
            return;
        }

        var e = Assert.Throws<InvalidDataException>(() => found.Judge(most));
        Assert.StartsWith(
            $"{bad} of {rows:N0} rows are bad, more than {most} % (--max-bad); nothing was replayed. The first:\n  a.csv:2: t 'x'",
            e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_no_requests_count_as_good_ones()
    {
        var options = new TrafficOptions { Behaviors = new HashSet<string>(["buy"], StringComparer.Ordinal) };
        string rows = string.Concat(Enumerable.Range(1, 200).Select(i => $"{i},7,9,{(i == 1 ? "buy" : "pv")},1511658000\n"));
        var (reader, bad) = _reading.Read(options, _reading.File("u.csv", rows + "1,7,9,buy,15"));
        bad.Judge(1);
        Assert.Equal((1, 199L, 1L), (reader.Arrivals.Count, reader.Passed, bad.Count));
    }
}
