namespace Matching.Host.Traffic;

/// <summary>How a file is packed.</summary>
internal enum Packing
{
    /// <summary>Not at all, as far as can be seen.</summary>
    None,

    /// <summary>One file, gzip.</summary>
    Gzip,

    /// <summary>Several, one behind the other.</summary>
    Tar,

    /// <summary>Several, each packed.</summary>
    Zip,

    /// <summary>In a way that is not read.</summary>
    Unread,
}

/// <summary>Tells how a file is packed by its first bytes, never by its name.</summary>
internal static class Packings
{
    /// <summary>How many bytes that takes.</summary>
    public const int HeadBytes = 512;

    private const int TarMagicAt = 257;

    private static readonly (byte[] Magic, string Words)[] Unread =
    [
        ("BZh"u8.ToArray(), "packed with bzip2, which is not read here: unpack it first (bunzip2)"),
        ([0xFD, .. "7zXZ"u8, 0], "packed with xz, which is not read here: unpack it first (unxz)"),
        ([0x28, 0xB5, 0x2F, 0xFD], "packed with Zstandard, which is not read here: unpack it first (unzstd)"),
        ([0x04, 0x22, 0x4D, 0x18], "packed with LZ4, which is not read here: unpack it first (unlz4)"),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive, which is not read here: unpack it first (7z x)"),
        ("Rar!"u8.ToArray(), "a RAR archive, which is not read here: unpack it first (unrar x)"),
        ([0x1F, 0x9D], "packed with compress, which is not read here: unpack it first (uncompress)"),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old Office file: save the sheet as CSV"),
        ("PAR1"u8.ToArray(), "a Parquet file, which is not read here: write it as CSV"),
        ("SQLite format 3"u8.ToArray(), "an SQLite database: write the table as CSV"),
    ];

    /// <summary>Tells.</summary>
    /// <param name="head">The first bytes, <see cref="HeadBytes"/> where there are as many.</param>
    /// <param name="unread">Where it is not read: why and what to do, in words that follow the file's name and "is".</param>
    public static Packing Of(ReadOnlySpan<byte> head, out string unread)
    {
        foreach ((byte[] magic, string words) in Unread)
        {
            if (head.StartsWith(magic))
            {
                unread = words;
                return Packing.Unread;
            }
        }

        unread = "";
        return head.StartsWith<byte>([0x1F, 0x8B]) ? Packing.Gzip
            : head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8) ? Packing.Zip
            : head.Length == HeadBytes && head[TarMagicAt..].StartsWith("ustar"u8) ? Packing.Tar
            : Packing.None;
    }
}
