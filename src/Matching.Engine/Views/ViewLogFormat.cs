using System.Buffers.Binary;
using Matching.Core;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>
/// The bytes of a view log, <c>views/views-000001.log</c> …: records of 40 bytes, little-endian, one after the other. Each writer begins
/// a file of its own, so a record cut by a crash is the last of its file and is passed over.
/// <code>
/// byte 0-7    at                                      byte 24-31  sharer   byte 33     kind: 1 view, 2 lost
/// byte 8-15   item, or how many views were lost       byte 32     source   byte 36-39  CRC32C of the bytes before it
/// byte 16-23  viewer
/// </code>
/// </summary>
internal static class ViewLogFormat
{
    public const int RecordBytes = 40;
    private const byte ViewKind = 1;
    private const byte LostKind = 2;
    private const int CrcAt = 36;

    public static string Folder(string dataDirectory) => Path.Combine(dataDirectory, "views");

    public static string NameOf(long number) => $"views-{number:D6}.log";

    public static void Write(Span<byte> to, in View view, long lost)
    {
        to[..RecordBytes].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(to, view.At);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], lost > 0 ? lost : view.Item);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], view.Viewer);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], view.Sharer);
        to[32] = (byte)view.Source;
        to[33] = lost > 0 ? LostKind : ViewKind;
        BinaryPrimitives.WriteUInt32LittleEndian(to[CrcAt..], Crc.Of(to[..CrcAt]));
    }

    /// <returns>False where the bytes are damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> from, out View view, out long lost)
    {
        long second = BinaryPrimitives.ReadInt64LittleEndian(from[8..]);
        lost = from[33] == LostKind ? second : 0;
        view = new View(lost > 0 ? 0 : second, BinaryPrimitives.ReadInt64LittleEndian(from[16..]))
        {
            At = BinaryPrimitives.ReadInt64LittleEndian(from),
            Sharer = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            Source = (Source)from[32],
        };
        return BinaryPrimitives.ReadUInt32LittleEndian(from[CrcAt..]) == Crc.Of(from[..CrcAt]);
    }
}
