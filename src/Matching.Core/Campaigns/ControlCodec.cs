using System.Buffers.Binary;

namespace Matching.Core.Campaigns;

/// <summary>
/// The bytes of a control event, little-endian. They lie in the journal among the events of items; the first byte tells which is which:
/// <code>
/// byte 0     kind: 64 and above; that of an item's event is below
/// byte 1     version of this layout: 1
/// byte 2-3   0
/// byte 4-7   length of the whole
/// then       fields that are not 0, by rising tag: tag (1), length (1), value (8; a text in UTF-8; a fingerprint 16)
/// </code>
/// These are rare (a few hundred bytes each, some a second at most), so the layout is made for change and not for room. A field that is not
/// there reads as 0: a later version may add fields whose 0 means "as before", and reads what this one wrote. The other way round a
/// reader skips unknown fields of 128 and above and refuses unknown ones below, and unknown kinds: it would not know what they decided.
/// </summary>
public static class ControlCodec
{
    /// <summary>Bytes before the fields.</summary>
    public const int HeaderBytes = 8;

    /// <summary>The longest event that is read: far above any that is written.</summary>
    public const int MaxBytes = 64 * 1024;

    private const byte FirstKind = 64;
    private const byte LayoutVersion = 1;

    /// <summary>Whether the bytes start with a control event rather than an item's event.</summary>
    public static bool IsControl(ReadOnlySpan<byte> from) => from.Length > 0 && from[0] >= FirstKind;

    /// <summary>The bytes of one event.</summary>
    public static byte[] Encode(ControlEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        FieldWriter fields = new();
        fields.Put(ControlField.At, e.At);
        fields.Put(ControlField.Operation, (long)e.Operation);
        fields.Put(ControlField.Request, e.Request);
        fields.PutFingerprint(ControlField.Fingerprint, e.Fingerprint);
        ControlBodies.Write(fields, e);
        fields.Put(ControlField.LeaderCounts, e.LeaderCounts ? 1 : 0);
        byte[] bytes = new byte[HeaderBytes + fields.Written.Length];
        (bytes[0], bytes[1]) = ((byte)e.Kind, LayoutVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length);
        fields.Written.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <summary>Reads one event.</summary>
    /// <param name="from">Starts at the event; may hold more after it.</param>
    /// <param name="e">The event.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FormatException">The bytes are no control event, or one of a newer version.</exception>
    public static int Read(ReadOnlySpan<byte> from, out ControlEvent e)
    {
        int length = LengthOf(from);
        if (!Enum.IsDefined((ControlEventKind)from[0]))
        {
            throw new FormatException($"a control event of kind {from[0]} is of a newer version");
        }

        FieldReader fields = new(from[HeaderBytes..length]);
        ControlEvent read = new()
        {
            Kind = (ControlEventKind)from[0],
            At = fields.Take(ControlField.At),
            Operation = (ControlOperation)fields.Take(ControlField.Operation, byte.MaxValue),
            Request = fields.Take(ControlField.Request),
            Fingerprint = fields.TakeFingerprint(ControlField.Fingerprint),
            LeaderCounts = fields.Take(ControlField.LeaderCounts, 1) == 1,
        };
        e = ControlBodies.Read(fields, read);
        return ControlBodies.Fit(e) ? length : throw new FormatException($"a control event {e.Kind} lacks what it is about");
    }

    /// <summary>
    /// The bytes of a command that the book did not refuse for its fields (<see cref="ControlOutcome.BadRequest"/>), without its time: the
    /// fields of its operation, as above.
    /// </summary>
    internal static byte[] Encode(ControlCommand command)
    {
        FieldWriter fields = new();
        fields.Put(ControlField.Operation, (long)command.Operation);
        fields.Put(ControlField.Request, command.Request);
        ControlBodies.Write(fields, CommandFields.Of(command));
        return fields.Written.ToArray();
    }

    /// <summary>Reads one command, for a time.</summary>
    /// <exception cref="FormatException">The bytes are no command, or one of a newer version.</exception>
    internal static ControlCommand ReadCommand(ReadOnlySpan<byte> from, long at)
    {
        FieldReader fields = new(from);
        return ControlBodies.Read(fields, new ControlCommand
        {
            Operation = (ControlOperation)fields.Take(ControlField.Operation, byte.MaxValue),
            Request = fields.Take(ControlField.Request),
            At = at,
        });
    }

    /// <summary>The length of the control event at the start of the bytes, known even of one that a newer version wrote.</summary>
    /// <exception cref="FormatException">The bytes are no control event of this layout.</exception>
    public static int LengthOf(ReadOnlySpan<byte> from)
    {
        int length = from.Length < HeaderBytes ? 0 : BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
        return IsControl(from) && length is >= HeaderBytes and <= MaxBytes && length <= from.Length
            && from[1] == LayoutVersion && from[2] == 0 && from[3] == 0
            ? length
            : throw new FormatException($"not a control event of this layout: kind {(from.Length > 0 ? from[0] : 0)}, length {length}");
    }

    /// <summary>The subjects of a record, in one way only: what a repeated command is compared by.</summary>
    internal static byte[] BodyOf(ControlRecord record)
    {
        FieldWriter fields = new();
        ControlBodies.Write(fields, record);
        return fields.Written.ToArray();
    }
}
