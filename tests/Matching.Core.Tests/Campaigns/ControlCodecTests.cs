using System.Buffers.Binary;
using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>The bytes of control events among those of items, and across versions.</summary>
public sealed class ControlCodecTests
{
    private static readonly ControlEvent s_published = new()
    {
        Kind = ControlEventKind.CampaignPublished,
        At = 1_762_790_400_000,
        Operation = ControlOperation.PublishCampaign,
        Request = 7,
        Fingerprint = UInt128.MaxValue - 5,
        Merchant = 1,
        Item = 100,
        Campaign = 3,
        Category = "玩具",
        Terms = new CampaignTerms
        {
            Campaign = 3,
            Version = 2,
            Merchant = 1,
            Item = 100,
            Enabled = true,
            StartMs = 5,
            EndMs = 9,
            TeamSize = 3,
            GroupPriceFen = 8_000,
            LeaderPriceFen = 0,
            SoloPriceFen = 10_000,
            QuotaSeats = 30,
            PerOrderPieces = 2,
            PerBuyerPieces = 4,
            HoldMs = 60_000,
            Merge = false,
            Audience = new AudienceRule(AudienceKind.OldCustomersFirst, 50),
        },
    };

    [Fact]
    public void An_event_reads_back_as_it_was_written_and_leaves_what_follows()
    {
        byte[] bytes = [.. ControlCodec.Encode(s_published), 1, 2, 3];
        Assert.Equal(bytes.Length - 3, ControlCodec.Read(bytes, out ControlEvent read));
        Assert.Equal(s_published, read);
    }

    [Fact]
    public void The_first_byte_tells_control_events_from_items_events()
    {
        byte[] ofItem = new byte[EventCodec.MaxBytes];
        EventCodec.Write(ofItem, new Event { Kind = EventKind.TimeAdvanced, At = 5 });
        Assert.False(ControlCodec.IsControl(ofItem));
        Assert.True(ControlCodec.IsControl(ControlCodec.Encode(s_published)));
        Assert.Throws<FormatException>(() => ControlCodec.Read(ofItem, out _));
        Assert.Throws<FormatException>(() => EventCodec.Read(ControlCodec.Encode(s_published), out _));
        Assert.All(Enum.GetValues<ControlEventKind>().Skip(1), kind => Assert.True((byte)kind >= 64));
        Assert.All(Enum.GetValues<EventKind>(), kind => Assert.True((byte)kind < 64));
    }

    [Fact]
    public void The_bytes_are_these()
    {
        ControlEvent removed = new() { Kind = ControlEventKind.VenueRemoved, At = 5, Venue = 9 };
        Assert.Equal(
            "4D-01-00-00-1C-00-00-00-01-08-05-00-00-00-00-00-00-00-09-08-09-00-00-00-00-00-00-00",
            BitConverter.ToString(ControlCodec.Encode(removed)));
    }

    [Fact]
    public void A_field_of_an_older_version_that_is_not_there_reads_as_0()
    {
        ControlEvent read = Read(Without(ControlCodec.Encode(s_published), 22, 24, 28, 29, 30));
        Assert.Equal(s_published.Terms! with { LeaderPriceFen = null, QuotaSeats = 0, Merge = true, Audience = default }, read.Terms);
    }

    [Fact]
    public void A_newer_versions_field_is_skipped_where_that_is_allowed_and_refused_where_not()
    {
        byte[] bytes = ControlCodec.Encode(s_published);
        Assert.Equal(s_published, Read(With(bytes, 200, 1, 2, 3)));
        FormatException refused = Assert.Throws<FormatException>(() => Read(With(bytes, 100, 1, 2, 3)));
        Assert.Contains("field 100", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_kind_is_refused_by_name_but_its_length_is_known()
    {
        byte[] bytes = ControlCodec.Encode(s_published);
        bytes[0] = 120;
        Assert.Equal(bytes.Length, ControlCodec.LengthOf(bytes));
        Assert.Contains("kind 120", Assert.Throws<FormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
        bytes[1] = 2;
        Assert.Throws<FormatException>(() => ControlCodec.LengthOf(bytes));
    }

    [Fact]
    public void An_event_without_what_it_is_about_is_refused()
    {
        foreach (ControlEventKind kind in Enum.GetValues<ControlEventKind>().Skip(1))
        {
            byte[] bytes = ControlCodec.Encode(new ControlEvent { Kind = kind, At = 5 });
            Assert.Throws<FormatException>(() => Read(bytes));
        }
    }

    [Fact]
    public void Every_cut_is_refused_and_every_flipped_byte_refused_or_another_event()
    {
        byte[] bytes = ControlCodec.Encode(s_published);
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Throws<FormatException>(() => Read(bytes[..i]));
            byte[] flipped = [.. bytes];
            flipped[i] ^= 0x41;
            Exception? error = Record.Exception(() => Assert.NotEqual(s_published, Read(flipped)));
            Assert.True(error is null or FormatException, $"byte {i}: {error}");
        }
    }

    private static ControlEvent Read(byte[] bytes)
    {
        ControlCodec.Read(bytes, out ControlEvent e);
        return e;
    }

    private static byte[] Without(byte[] bytes, params byte[] fields)
    {
        List<byte> kept = [.. bytes[..ControlCodec.HeaderBytes]];
        for (int at = ControlCodec.HeaderBytes; at < bytes.Length; at += 2 + bytes[at + 1])
        {
            if (!fields.Contains(bytes[at]))
            {
                kept.AddRange(bytes[at..(at + 2 + bytes[at + 1])]);
            }
        }

        return Sized([.. kept]);
    }

    private static byte[] With(byte[] bytes, byte field, params byte[] value) => Sized([.. bytes, field, (byte)value.Length, .. value]);

    private static byte[] Sized(byte[] bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length);
        return bytes;
    }
}
