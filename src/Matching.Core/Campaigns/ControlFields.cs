using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Matching.Core.Campaigns;

/// <summary>
/// The fields of control records. Journaled: never renumber, never re-use. Fields of 128 and above may be skipped by a reader that does not
/// know them; add there only what an older version may ignore without deciding otherwise.
/// </summary>
internal enum ControlField : byte
{
    /// <summary>No field.</summary>
    None = 0,
    At = 1,
    Operation = 2,
    Request = 3,
    Fingerprint = 4,
    Merchant = 5,
    Item = 6,
    Campaign = 7,
    Chat = 8,
    Venue = 9,
    Category = 10,
    From = 11,
    TermsVersion = 16,
    TermsEnabled = 17,
    TermsStart = 18,
    TermsEnd = 19,
    TeamSize = 20,
    GroupPrice = 21,
    LeaderPrice = 22,
    SoloPrice = 23,
    Quota = 24,
    PerOrder = 25,
    PerBuyer = 26,
    Hold = 27,
    NoMerge = 28,
    Audience = 29,
    Early = 30,
    MinTier = 31,
    MerchantKind = 40,
    Tools = 41,
    Promotion = 44,
    PromotionKind = 45,
    PromotionStart = 46,
    PromotionEnd = 47,
    BigDay = 50,
    Grade = 51,
    WarmUp = 52,
    BigDayStart = 53,
    BigDayEnd = 54,
    Activity = 58,
    ActivityId = 59,
    ActivityEnd = 60,
    Weekly = 64,
    Day = 65,
    StartMinute = 66,
    LengthMinutes = 67,
    UtcOffset = 68,
    VenueStart = 69,
    VenueEnd = 70,
    LeaderCounts = 71,
    FirstIgnorable = 128,
}

/// <summary>Writes fields in rising order: tag, length, value.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A number; left out when 0, which is what a reader takes for a field that is not there.</summary>
    public void Put(ControlField field, long value)
    {
        if (value != 0)
        {
            PutAlways(field, value);
        }
    }

    /// <summary>A number that tells by being there.</summary>
    public void PutAlways(ControlField field, long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(field, 8), value);

    /// <summary>A fingerprint; left out when 0.</summary>
    public void PutFingerprint(ControlField field, UInt128 value)
    {
        if (value != 0)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(Room(field, 16), value);
        }
    }

    /// <summary>A text of at most 255 bytes in UTF-8; left out when empty.</summary>
    public void Put(ControlField field, string value)
    {
        if (value.Length != 0)
        {
            Encoding.UTF8.GetBytes(value, Room(field, checked((byte)Encoding.UTF8.GetByteCount(value))));
        }
    }

    private Span<byte> Room(ControlField field, byte length)
    {
        Span<byte> room = _bytes.GetSpan(2 + length)[..(2 + length)];
        (room[0], room[1]) = ((byte)field, length);
        _bytes.Advance(2 + length);
        return room[2..];
    }
}

/// <summary>The fields of one record, read whole before anything is made of them.</summary>
internal sealed class FieldReader
{
    private readonly Dictionary<ControlField, byte[]> _fields = [];

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">They are damaged, out of order, or of a newer version and not to be skipped.</exception>
    public FieldReader(ReadOnlySpan<byte> from)
    {
        int last = 0;
        while (!from.IsEmpty)
        {
            if (from.Length < 2 || from.Length < 2 + from[1] || from[0] <= last)
            {
                throw new FormatException($"damaged fields after field {last} of a control record");
            }

            last = from[0];
            if (Enum.IsDefined((ControlField)last) && last != (int)ControlField.FirstIgnorable)
            {
                _fields.Add((ControlField)last, from.Slice(2, from[1]).ToArray());
            }
            else if (last < (int)ControlField.FirstIgnorable)
            {
                throw new FormatException($"field {last} of a control record is of a newer version");
            }

            from = from[(2 + from[1])..];
        }
    }

    /// <summary>Whether a field is there.</summary>
    public bool Has(ControlField field) => _fields.ContainsKey(field);

    /// <summary>A number; 0 for a field that is not there.</summary>
    /// <exception cref="FormatException">It is out of its range.</exception>
    public long Take(ControlField field, long max = long.MaxValue, long min = 0)
    {
        if (!_fields.TryGetValue(field, out byte[]? bytes))
        {
            return 0;
        }

        long value = bytes.Length == 8
            ? BinaryPrimitives.ReadInt64LittleEndian(bytes)
            : throw new FormatException($"{field} of a control record has {bytes.Length} bytes instead of 8");
        return value >= min && value <= max
            ? value
            : throw new FormatException($"{field} of a control record is {value}; {min} … {max} are allowed");
    }

    /// <summary>A fingerprint; 0 for a field that is not there.</summary>
    public UInt128 TakeFingerprint(ControlField field) =>
        !_fields.TryGetValue(field, out byte[]? bytes) ? 0
        : bytes.Length == 16 ? BinaryPrimitives.ReadUInt128LittleEndian(bytes)
        : throw new FormatException($"{field} of a control record has {bytes.Length} bytes instead of 16");

    /// <summary>A text; empty for a field that is not there.</summary>
    public string TakeText(ControlField field) => _fields.TryGetValue(field, out byte[]? bytes) ? Encoding.UTF8.GetString(bytes) : "";
}
