using System.Buffers.Binary;

namespace Matching.Core;

/// <summary>
/// The bytes of an event that carries the record of a closed family (<see cref="Family"/>): that it leaves the book, or is reopened for a
/// command that changes it. Little-endian; they lie in the journal among the other events:
/// <code>
/// byte 0     kind: Closed or Reopened          byte 8-15    item
/// byte 1-3   0: no other event has 0 there     byte 16-23   at
/// byte 4-7   length of the whole               then         the record
/// </code>
/// </summary>
public static class RecordEvent
{
    /// <summary>Bytes before the record.</summary>
    public const int HeaderBytes = 24;

    /// <summary>The longest record that is read: a team of the largest size allowed takes a fraction of it.</summary>
    public const int MaxRecordBytes = 1 << 20;

    /// <summary>The record in an event of this kind.</summary>
    public static ReadOnlySpan<byte> RecordOf(ReadOnlySpan<byte> encoded) => encoded[HeaderBytes..LengthOf(encoded)];

    /// <summary>Whether the bytes begin with an event of this kind.</summary>
    public static bool Is(ReadOnlySpan<byte> from) =>
        from.Length >= HeaderBytes && (EventKind)from[0] is EventKind.Closed or EventKind.Reopened && from[1] == 0;

    /// <summary>The length of an event of this kind, as it says.</summary>
    internal static int LengthOf(ReadOnlySpan<byte> from) => BinaryPrimitives.ReadInt32LittleEndian(from[4..]);

    internal static int Write(Span<byte> to, EventKind kind, long at, ReadOnlySpan<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, (int)kind);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], HeaderBytes + record.Length);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Family.ItemIn(record));
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], at);
        record.CopyTo(to[HeaderBytes..]);
        return HeaderBytes + record.Length;
    }

    /// <exception cref="FormatException">The record is cut, or of a newer version.</exception>
    internal static int Read(ReadOnlySpan<byte> from, out Event e)
    {
        int length = LengthOf(from);
        if (length <= HeaderBytes || length > HeaderBytes + MaxRecordBytes || length > from.Length || (from[2] | from[3]) != 0)
        {
            throw new FormatException($"an event of a closed team of {length} bytes");
        }

        ReadOnlySpan<byte> record = RecordOf(from);
        (long team, long order) = Family.NamedIn(record);
        e = new Event
        {
            Kind = (EventKind)from[0],
            Item = BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            At = BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            Team = team,
            Order = order,
        };
        return Family.ItemIn(record) == e.Item ? length : throw Family.Damaged();
    }
}
