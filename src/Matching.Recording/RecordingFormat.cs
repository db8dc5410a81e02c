using System.Buffers.Binary;
using System.Globalization;
using Matching.Core;
using Matching.Storage;

namespace Matching.Recording;

/// <summary>
/// Files of a recording: <c>recording-000001.rec</c> …, a head of 128 bytes and blocks. Little-endian.
/// <code>
/// head   0 "MATCHREC" · 8 version (4) · 12 CRC32C of the rest (4) · 16 number of the file · 24 number of the sitting's first file
///        32 commands · 40 dropped commands of the sitting before this file · 48 journal sequence · 56 time at the sitting's start
///        64 shards (4) · 68 team size (2) · 70 largest team size (2) · 72 team life · 80 hold time · 88 flags (1): 1 campaigns required, 2 rescue
///        96 campaign commands of the sitting before this file
/// block  0 bytes behind the head (4) · 4 CRC32C of the rest (4) · 8 kind (1): 1 commands of a shard, 2 end of a sitting, 3 campaign commands, 4 mark of a shard
///        9 shard (1) · 12 commands (4) · 16 commands dropped before it · 24 time of the first command; number of the first campaign command; of a mark,
/// the number of the latest campaign command that the shard knows of from here on; of an end, events in the journal; then the commands, as
/// RecordCodec and CampaignCodec say
/// </code>
/// A sitting is one life of an engine. Only the last file of a sitting may be torn: the program was killed.
/// </summary>
internal static class RecordingFormat
{
    public const int Version = 3;
    public const int HeadBytes = 128;
    public const int BlockHeadBytes = 32;
    public const byte Commands = 1;
    public const byte End = 2;
    public const byte Campaigns = 3;
    public const byte Mark = 4;

    private const string Prefix = "recording-";
    private const string Suffix = ".rec";

    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Magic => "MATCHREC"u8;

    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D6}{Suffix}");

    /// <summary>The number in a file's name; 0 when it is no file of a recording.</summary>
    public static long NumberOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None,
            CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;

    public static void WriteHead(Span<byte> to, in RecordingHead head)
    {
        to[..HeadBytes].Clear();
        Magic.CopyTo(to);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], head.Number);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], head.Sitting);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], head.CommandsBefore);
        BinaryPrimitives.WriteInt64LittleEndian(to[40..], head.DroppedBefore);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], head.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], head.StartMs);
        BinaryPrimitives.WriteInt32LittleEndian(to[64..], head.Shards);
        BinaryPrimitives.WriteUInt16LittleEndian(to[68..], (ushort)head.Terms.TeamSize);
        BinaryPrimitives.WriteUInt16LittleEndian(to[70..], (ushort)head.Terms.MaxTeamSize);
        BinaryPrimitives.WriteInt64LittleEndian(to[72..], head.Terms.TeamLifeMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[80..], head.Terms.HoldMs);
        to[88] = (byte)((head.Terms.CampaignsRequired ? 1 : 0) | (head.Terms.Rescue ? 2 : 0));
        BinaryPrimitives.WriteInt64LittleEndian(to[96..], head.CampaignCommandsBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc.Of(to[16..HeadBytes]));
    }

    /// <exception cref="InvalidDataException">It is no head, damaged, or a newer version's.</exception>
    public static RecordingHead ReadHead(ReadOnlySpan<byte> from, string path)
    {
        if (from.Length < HeadBytes || !from.StartsWith(Magic))
        {
            throw new InvalidDataException(
                $"{path} is no recording: it does not begin with {System.Text.Encoding.ASCII.GetString(Magic)} and a whole head");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        if (version != Version)
        {
            throw new InvalidDataException(
                $"{path} is a recording of format version {version.ToString(CultureInfo.InvariantCulture)}; this program reads version "
                    + $"{Version}. Replay it with the program that wrote it{(version > Version ? ", or a newer one" : "")}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) != Crc.Of(from[16..HeadBytes]))
        {
            throw new InvalidDataException($"{path} is damaged: the checksum of its head is wrong");
        }

        return new RecordingHead(
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[56..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[64..]),
            new BookOptions
            {
                TeamSize = BinaryPrimitives.ReadUInt16LittleEndian(from[68..]),
                MaxTeamSize = BinaryPrimitives.ReadUInt16LittleEndian(from[70..]),
                TeamLifeMs = BinaryPrimitives.ReadInt64LittleEndian(from[72..]),
                HoldMs = BinaryPrimitives.ReadInt64LittleEndian(from[80..]),
                CampaignsRequired = (from[88] & 1) != 0,
                Rescue = (from[88] & 2) != 0,
            })
        {
            CampaignCommandsBefore = BinaryPrimitives.ReadInt64LittleEndian(from[96..]),
        };
    }

    /// <summary>Fills in the head of a block whose bytes stand behind it.</summary>
    public static void WriteBlockHead(Span<byte> block, byte kind, int shard, int commands, long dropped, long from)
    {
        block[..BlockHeadBytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(block, block.Length - BlockHeadBytes);
        block[8] = kind;
        block[9] = (byte)shard;
        BinaryPrimitives.WriteInt32LittleEndian(block[12..], commands);
        BinaryPrimitives.WriteInt64LittleEndian(block[16..], dropped);
        BinaryPrimitives.WriteInt64LittleEndian(block[24..], from);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], Crc.Of(block[8..]));
    }

    /// <summary>True when the bytes are a whole block with a right checksum.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> block) =>
        BinaryPrimitives.ReadUInt32LittleEndian(block[4..]) == Crc.Of(block[8..]);
}

/// <summary>The head of one file of a recording.</summary>
/// <param name="Number">The file's number, from 1.</param>
/// <param name="Sitting">The number of the first file of the same life of the engine.</param>
/// <param name="CommandsBefore">Commands of the sitting in the files before.</param>
/// <param name="DroppedBefore">Commands of the sitting dropped before.</param>
/// <param name="Sequence">Events in the journal when the sitting began.</param>
/// <param name="StartMs">Time when the sitting began, ms since 1970.</param>
/// <param name="Shards">Shard loops of the engine.</param>
/// <param name="Terms">Its terms.</param>
public readonly record struct RecordingHead(
    long Number, long Sitting, long CommandsBefore, long DroppedBefore, long Sequence, long StartMs, int Shards, BookOptions Terms)
{
    /// <summary>Campaign commands of the sitting in the files before.</summary>
    public long CampaignCommandsBefore { get; init; }
}
