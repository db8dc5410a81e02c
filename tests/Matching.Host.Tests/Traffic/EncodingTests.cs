using System.Text;
using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>UTF-8, UTF-16 and GBK text, with and without a byte order mark.</summary>
public sealed class EncodingTests : IDisposable
{
    private const string Text = "时间,用户,商品\n100,小明,咖啡\n200,李,Café\n";
    private const string Sent = "1@100:小明>咖啡 2@200:李>Café";

    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;

    private readonly Reading _reading = new();

    public static TheoryData<string, string?, byte[]> Written => new()
    {
        { "UTF-8", null, Encoding.UTF8.GetBytes(Text) },
        { "UTF-8 named", "utf-8", Encoding.UTF8.GetBytes(Text) },
        { "UTF-8 with a mark", null, [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Text)] },
        { "UTF-16 with a mark", null, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)] },
        { "UTF-16, the other way round, with a mark", "utf-16", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text)] },
        { "UTF-16 without a mark", "utf-16", Encoding.Unicode.GetBytes(Text) },
        { "GB 18030, which has what GBK has", "gbk", CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetBytes(Text) },
    };

    public void Dispose() => _reading.Dispose();

    [Theory]
    [MemberData(nameof(Written))]
    public void Text_is_read(string how, string? encoding, byte[] bytes)
    {
        var (reader, bad) = _reading.Read(new TrafficOptions { Encoding = encoding }, _reading.File("a.csv", bytes));
        Assert.True((Sent, 0) == (_reading.Sent(reader), bad.Count), how);
    }

    [Fact]
    public void The_words_of_two_files_are_the_same_buyers_however_they_are_written()
    {
        var (first, _) = _reading.Read(_reading.File("a.csv", "user,item,t\n小明,咖啡,100\n"));
        var (second, _) =
            _reading.Read(new TrafficOptions { Encoding = "gbk" }, _reading.File("b.csv", Gbk.GetBytes("user,item,t\n小明,咖啡,100\n")));
        Assert.Equal(first.Arrivals.InOrder()[0].Span[0], second.Arrivals.InOrder()[0].Span[0]);
    }

    [Fact]
    public void Latin1_is_read_when_named() =>
        Assert.Equal("1@100:8>Café", _reading.Sent(_reading.Read(new TrafficOptions { Encoding = "latin1" },
            _reading.File("a.csv", Encoding.Latin1.GetBytes("user,item,t\n8,Café,100\n"))).Reader));

    [Fact]
    public void A_header_that_is_no_UTF_8_is_refused_with_the_way_out()
    {
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(_reading.File("a.csv", Gbk.GetBytes(Text))));
        Assert.Contains("It is no UTF-8: --encoding gbk", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UTF_16_without_a_mark_is_refused_with_the_way_out()
    {
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(_reading.File("a.csv", Encoding.Unicode.GetBytes(Text))));
        Assert.Contains(
            "NUL bytes: it is no text, or UTF-16 without its mark, which --encoding utf-16 reads", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_are_not_in_the_encoding_are_bad_and_other_columns_do_not_matter()
    {
        byte[] broken = [.. "user,item,t,note\n8,"u8, 0xB0, 0xFF, .. ",100,n\n9,y,200,"u8, 0xB0, 0xFF, (byte)'\n'];
        var (plain, bad) = _reading.Read(_reading.File("a.csv", broken));
        Assert.Equal("1@200:9>y", _reading.Sent(plain));
        Assert.Contains("is no UTF-8; --encoding says how the file is written", Assert.Single(bad.First), StringComparison.Ordinal);
        var (gbk, wrong) = _reading.Read(new TrafficOptions { Encoding = "gbk" }, _reading.File("a.csv", broken));
        Assert.Equal("1@200:9>y", _reading.Sent(gbk));
        Assert.Contains("cannot be read in the file's encoding", Assert.Single(wrong.First), StringComparison.Ordinal);
    }

    [Fact]
    public void UTF_16_cut_within_a_character_costs_the_last_row()
    {
        byte[] bytes = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("t,user,item\n100,a,x\n200,b,y")];
        var (reader, bad) = _reading.Read(_reading.File("a.csv", bytes[..^1]));
        Assert.Equal((1, 1L), (reader.Arrivals.Count, bad.Count));
    }

    [Fact]
    public void A_mark_that_says_another_encoding_than_was_named_is_refused()
    {
        string file = _reading.File("a.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text)]);
        var e = Assert.Throws<UsageException>(() => _reading.Read(new TrafficOptions { Encoding = "gbk" }, file));
        Assert.Equal("--encoding gbk: a.csv begins with the mark of utf-16", e.Message);
    }
}
