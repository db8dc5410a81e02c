using System.Text;
using Matching.Host.Cli;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Times are read as they are written; what is cut short, or lost its digits, is bad and said to be so.</summary>
public sealed class TimeTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Theory]
    [InlineData(null, "1511658000", 1511658000000)]
    [InlineData(null, "100", 100000)]
    [InlineData(null, "1511658000123", 1511658000123)]
    [InlineData(null, "1511658000123456", 1511658000123)]
    [InlineData(null, "1511658000.25", 1511658000250)]
    [InlineData(null, "2017-11-26", 1511654400000)]
    [InlineData(null, "2017-11-26 01", 1511658000000)]
    [InlineData(null, "2017-11-26T01:00:00Z", 1511658000000)]
    [InlineData(null, "2017-11-26 01:00:00.1239 UTC", 1511658000123)]
    [InlineData(null, "2017-11-26T09:00:00+08:00", 1511658000000)]
    [InlineData(null, "2017-11-25 20:30:00 -0430", 1511658000000)]
    [InlineData("s", "20171126", 20171126000)]
    [InlineData("ms", "1511658000123", 1511658000123)]
    [InlineData("ms", "5", 5)]
    [InlineData("us", "1511658000123999", 1511658000123)]
    [InlineData("iso", "2017-11-26 01:00:05", 1511658005000)]
    [InlineData("yyyyMMddHHmmss", "20171126010000", 1511658000000)]
    [InlineData("yyyy/M/d H:mm", "2017/11/26 1:00", 1511658000000)]
    [InlineData("dd-MM-yyyy HH:mm zzz", "26-11-2017 09:00 +08:00", 1511658000000)]
    public void A_time_is_read(string? format, string text, long ms) =>
        Assert.Equal(ms, Read(format, null, text));

    [Theory]
    [InlineData(null, "Asia/Shanghai", "2017-11-26 09:00:00", 1511658000000)]
    [InlineData(null, "Asia/Shanghai", "2017-11-26T01:00:00Z", 1511658000000)]
    [InlineData("yyyy/M/d H:mm", "Asia/Shanghai", "2017/11/26 9:00", 1511658000000)]
    [InlineData("iso", "Europe/Berlin", "2017-10-29 02:30:00", 1509240600000)]
    [InlineData("iso", "Europe/Berlin", "2017-03-26 02:30:00", 1490491800000)]
    public void A_time_that_names_no_zone_is_in_the_one_named(string? format, string zone, string text, long ms) =>
        Assert.Equal(ms, Read(format, TimeZoneInfo.FindSystemTimeZoneById(zone), text));

    [Theory]
    [InlineData(null, "20171126")]
    [InlineData(null, "20171126010000")]
    [InlineData(null, "yesterday")]
    [InlineData(null, "2017-02-29")]
    [InlineData(null, "2017-11-26 24:00:00")]
    [InlineData(null, "2017-11-26 01:00:00 CET")]
    [InlineData(null, "2017/11/26 1:00")]
    [InlineData(null, "1969-12-31 23:59:59")]
    [InlineData(null, "-5")]
    [InlineData(null, "")]
    [InlineData("s", "2017-11-26")]
    [InlineData("s", "1511658000123")]
    [InlineData("iso", "1511658000")]
    [InlineData("yyyy/M/d H:mm", "2017/13/26 1:00")]
    public void What_is_no_such_time_is_refused(string? format, string text) =>
        Assert.Null(Read(format, null, text));

    [Fact]
    public void The_first_time_of_a_file_decides_how_the_others_are_read()
    {
        var reader = new TimeReader(TimeFormat.Auto, null);
        Assert.False(reader.TryRead("soon"u8, out _));
        Assert.True(reader.TryRead("1511658000"u8, out _));
        Assert.False(reader.TryRead("2017-11-26"u8, out _));
        Assert.False(reader.TryRead("1511658000123"u8, out _));
        Assert.Equal("seconds since 1970, 100000000 or more", reader.Wanted);
    }

    [Fact]
    public void A_time_cut_short_at_the_end_of_a_file_is_bad_whatever_the_columns()
    {
        var (reader, bad) = _reading.Read(_reading.File("a.csv", "user,item,t\n8,1,1511658000\n9,1,15"));
        Assert.Equal(1, reader.Arrivals.Count);
        Assert.Equal("a.csv:3: t '15' is not seconds since 1970, 100000000 or more", Assert.Single(bad.First));
    }

    [Theory]
    [InlineData("8,1,1.51E+12", "t '1.51E+12'")]
    [InlineData("8,1,2E+12", "t '2E+12'")]
    [InlineData("5.41E+08,1,1511658000", "user '5.41E+08'")]
    [InlineData("8,6.9E+15,1511658000", "item '6.9E+15'")]
    public void A_number_as_a_spreadsheet_shows_it_is_told_as_such(string row, string shown)
    {
        var (_, bad) = _reading.Read(_reading.File("a.csv", $"user,item,t\n7,1,1511658000\n{row}\n"));
        Assert.StartsWith($"a.csv:3: {shown} is a number as a spreadsheet shows it, with digits lost: ", Assert.Single(bad.First),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("85123A")]
    [InlineData("1E5")]
    [InlineData("E+12")]
    [InlineData("A1E+12")]
    [InlineData("1.5E+1x")]
    public void A_word_that_only_looks_a_little_like_one_is_a_word(string word) =>
        Assert.Equal($"1@100:{word}>{word}", _reading.Sent($"user,item,t\n{word},{word},100\n"));

    [Theory]
    [InlineData("sec")]
    [InlineData("S")]
    [InlineData("HH:mm")]
    [InlineData("")]
    [InlineData("yyyy-MM-dd '")]
    public void A_word_that_is_no_way_of_writing_times_is_refused(string format) =>
        Assert.Contains($"--time '{format}' is none of s, ms, us, iso",
            Assert.Throws<UsageException>(() => TimeFormat.Parse(format)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ms")]
    [InlineData(null)]
    public void A_zone_says_nothing_to_numbers(string? format) =>
        Assert.StartsWith("--zone says nothing",
            Assert.Throws<UsageException>(() => Read(format, TimeZoneInfo.Utc, "1511658000123")).Message, StringComparison.Ordinal);

    private static long? Read(string? format, TimeZoneInfo? zone, string text)
    {
        var reader = new TimeReader(format is null ? TimeFormat.Auto : TimeFormat.Parse(format), zone);
        return reader.TryRead(Encoding.UTF8.GetBytes(text), out long ms) ? ms : null;
    }
}
