using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Gzip, tar and zip, whole, cut off and damaged; and what is not read.</summary>
public sealed class PackedFileTests : IDisposable
{
    private static readonly string Text = "row,t,user,item\n"
        + string.Concat(Enumerable.Range(1, 100).Select(i => $"{i},{100 + i},{i * 7919 % 1000},{i % 5}\n"));
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Text);

    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void Gzip_cut_anywhere_is_refused_by_name()
    {
        byte[] packed = Reading.Gzip(Bytes);
        for (int length = 2; length < packed.Length; length++)
        {
            string message = Damage("cut.csv.gz", packed[..length]);
            Assert.True(message.StartsWith("cut.csv.gz: the gzip data is cut off", StringComparison.Ordinal), $"{length}: {message}");
        }

        Assert.Equal(100, Rows("whole.csv.gz", packed));
    }

    [Fact]
    public void Gzip_of_several_members_is_read_whole_and_cut_within_any_of_them_refused()
    {
        byte[] first = Reading.Gzip(Bytes[..500]);
        byte[] second = Reading.Gzip(Bytes[500..]);
        byte[] packed = [.. first, .. second];
        Assert.Equal(100, Rows("a.gz", packed));
        for (int length = first.Length + 1; length < packed.Length; length += 7)
        {
            Assert.StartsWith("a.gz: the gzip data is cut off", Damage("a.gz", packed[..length]), StringComparison.Ordinal);
        }

        for (int last = 1; last <= 8; last++)
        {
            Assert.StartsWith("a.gz: the gzip data is cut off", Damage("a.gz", packed[..^last]), StringComparison.Ordinal);
            Assert.StartsWith("a.gz: the gzip data is cut off", Damage("a.gz", [.. first[..^last], .. second]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Gzip_with_any_byte_of_its_data_or_trailer_changed_is_refused()
    {
        const int HeaderBytes = 10;
        byte[] packed = Reading.Gzip(Bytes);
        for (int i = HeaderBytes; i < packed.Length; i++)
        {
            byte[] changed = [.. packed];
            changed[i] ^= 0x10;
            Assert.StartsWith("a.gz: the gzip data is cut off", Damage("a.gz", changed), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_behind_the_end_of_gzip_are_refused() =>
        Assert.Contains("something else stands behind its end", Damage("a.gz", [.. Reading.Gzip(Bytes), .. "row,t,user,item\n"u8]),
            StringComparison.Ordinal);

    [Fact]
    public void Large_gzip_is_read_whatever_the_reads()
    {
        byte[] large = Encoding.UTF8.GetBytes(
            "t,user,item\n" + string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{1000 + i},{i * 7919L % 100_003},{i % 50}\n")));
        Assert.Equal(200_000, Rows("a.gz", [.. Reading.Gzip(large[..777_777]), .. Reading.Gzip([]), .. Reading.Gzip(large[777_777..])]));
    }

    [Fact]
    public void Empty_gzip_is_an_empty_file() =>
        Assert.StartsWith("a.gz: the file is empty", Assert.Throws<InvalidDataException>(() => Rows("a.gz", Reading.Gzip([]))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_tar_archive_inside_gzip_is_read_to_the_end_of_the_gzip()
    {
        byte[] packed = Reading.Gzip(Reading.Tar(("a.csv", Text)));
        Assert.Equal(100, Rows("a.tgz", packed));
        for (int last = 1; last <= 12; last++)
        {
            Assert.StartsWith("a.tgz: the gzip data is cut off", Damage("a.tgz", packed[..^last]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_tar_archive_cut_anywhere_is_refused_by_name()
    {
        byte[] archive = Reading.Tar(("a.csv", Text), ("b.csv", Text));
        int end = archive.Length - 1024;
        int second = ((512 + Bytes.Length + 511) / 512 * 512) + 512;
        int headerAndAPiece = "row,t,user,item\n1,10".Length;
        foreach (int length in Enumerable.Range(0, (end - 512) / 113).Select(i => 512 + (i * 113)).Append(second + headerAndAPiece))
        {
            Assert.StartsWith("a.tar", Damage("a.tar", archive[..length]), StringComparison.Ordinal);
        }

        Assert.Contains("it was cut off", Damage("a.tar", archive[..end]), StringComparison.Ordinal);
        Assert.Equal(200, Rows("a.tar", archive));
    }

    [Fact]
    public void A_zip_archive_is_read_file_by_file_and_packed_files_in_it_too()
    {
        byte[] archive = Reading.Zip(("a.csv", Bytes), ("notes.txt", "hello"u8.ToArray()), ("empty.csv", []),
            ("b.csv.gz", Reading.Gzip(Bytes)), ("c.tar", Reading.Tar(("d.csv", Text))));
        var (reader, _) = _reading.Read(_reading.File("all.zip", archive));
        Assert.Equal(300, reader.Arrivals.Count);
        Assert.StartsWith(
            "all.zip:notes.txt is passed over: its header is not known: hello", Assert.Single(reader.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_archive_cut_anywhere_or_with_any_byte_of_its_data_changed_is_refused()
    {
        byte[] archive = Reading.Zip(("a.csv", Bytes));
        for (int length = 4; length < archive.Length; length += 11)
        {
            Assert.StartsWith("a.zip", Damage("a.zip", archive[..length]), StringComparison.Ordinal);
        }

        const int HeaderBytes = 30 + 5;
        // Behind the last byte of the file, packed data has bits that change nothing of it: what counts is its checksum.
        int data = archive.AsSpan().IndexOf("PK\x01\x02"u8);
        for (int i = HeaderBytes; i < data; i++)
        {
            byte[] changed = [.. archive];
            changed[i] ^= 0x10;
            string? damage = DamageOrNull("a.zip", changed);
            Assert.True(damage is null ? i >= data - 2 : damage.StartsWith("a.zip:a.csv: ", StringComparison.Ordinal),
                $"byte {i} of {data}: {damage ?? "taken"}");
        }
    }

    [Fact]
    public void An_encrypted_zip_archive_is_refused()
    {
        byte[] archive = Reading.Zip(("a.csv", Bytes));
        archive[6] |= 1;
        archive[archive.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        Assert.Contains(
            "is encrypted", Assert.Throws<InvalidDataException>(() => Rows("a.zip", archive)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("425A68393141592653", "is packed with bzip2")]
    [InlineData("FD377A585A00", "is packed with xz")]
    [InlineData("28B52FFD", "is packed with Zstandard")]
    [InlineData("377ABCAF271C", "is a 7-Zip archive")]
    [InlineData("526172211A07", "is a RAR archive")]
    [InlineData("04224D18", "is packed with LZ4")]
    [InlineData("1F9D90", "is packed with compress")]
    [InlineData("50415231", "is a Parquet file")]
    [InlineData("D0CF11E0A1B11AE1", "is an old Office file")]
    public void What_is_packed_otherwise_is_refused_with_what_to_do(string head, string why)
    {
        byte[] file = [.. Convert.FromHexString(head), .. Bytes];
        var e = Assert.Throws<InvalidDataException>(() => Rows("a.bin", file));
        Assert.StartsWith("a.bin " + why, e.Message, StringComparison.Ordinal);
        Assert.Matches("first \\(|CSV", e.Message);
    }

    [Fact]
    public void A_workbook_is_refused_with_what_to_do()
    {
        var e = Assert.Throws<InvalidDataException>(
            () => Rows("a.xlsx", Reading.Zip(("[Content_Types].xml", "<Types/>"u8.ToArray()), ("xl/workbook.xml", "<x/>"u8.ToArray()))));
        Assert.Equal("a.xlsx is an Office file: save the sheet as CSV", e.Message);
    }

    [Fact]
    public void Of_an_archive_what_cannot_be_read_is_passed_over_and_named_and_nothing_else_left_is_refused()
    {
        byte[] bzip = [.. "BZh91AY&SY"u8];
        var (reader, _) = _reading.Read(_reading.File("a.zip", Reading.Zip(("a.csv", Bytes), ("b.bz2", bzip))));
        Assert.StartsWith("a.zip:b.bz2 is passed over: it is packed with bzip2", Assert.Single(reader.Notes), StringComparison.Ordinal);
        var e = Assert.Throws<InvalidDataException>(() => Rows("b.zip", Reading.Zip(("b.bz2", bzip))));
        Assert.Contains("the archive holds no file of a known layout. b.zip:b.bz2 is passed over", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Archives_in_archives_end_somewhere()
    {
        byte[] packed = Bytes;
        for (int i = 0; i < 6; i++)
        {
            packed = Reading.Gzip(packed);
        }

        Assert.Contains(
            "more than 4 deep", Assert.Throws<InvalidDataException>(() => Rows("a.gz", packed)).Message, StringComparison.Ordinal);
    }

    private long Rows(string name, byte[] bytes) => _reading.Read(_reading.File(name, bytes)).Reader.Arrivals.Count;

    private string? DamageOrNull(string name, byte[] bytes) =>
        Record.Exception(() => Assert.Equal(100, Rows(name, bytes))) is { } e ? Assert.IsType<DamagedFileException>(e).Message : null;

    private string Damage(string name, byte[] bytes) => Assert.Throws<DamagedFileException>(() => Rows(name, bytes)).Message;
}
