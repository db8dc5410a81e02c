using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Matching.Kit;

namespace Matching.Core.Tests.Rules;

/// <summary>R38: what is journaled is read back as it was, and anything else is refused.</summary>
public sealed class EventCodecTests
{
    private static readonly Gen<long> s_number = Gen.Elements(0L, 0L, 1L, 255L, 86_400_000L, BookOptions.MaxId, long.MaxValue);

    private static readonly Gen<Event> s_events =
        from kind in Gen.Choose(1, (int)EventKind.TimeAdvanced)
        from via in Gen.Choose(0, (int)Operation.RefundDone)
        from cause in Gen.Choose(0, (int)RefundCause.PriceDifference)
        from source in Gen.Choose(0, (int)Source.Other)
        from flags in Gen.Choose(0, 63)
        from size in Gen.Choose(0, 1000)
        from small in Gen.ArrayOf(Gen.Elements(0, 1, int.MaxValue), 2)
        from numbers in Gen.ArrayOf(s_number, 16)
        from tier in Gen.Elements<byte>(0, 0, 1, 255)
        from payment in Gen.Elements(Ids.Payments)
        select new Event
        {
            Kind = (EventKind)kind,
            Via = (Operation)via,
            Cause = (RefundCause)cause,
            Source = (Source)source,
            InviteOnly = (flags & 1) != 0,
            OpenNew = (flags & 2) != 0,
            Rerouted = (flags & 4) != 0,
            NoRescue = (flags & 8) != 0,
            NewBuyer = (flags & 16) != 0,
            Size = (ushort)size,
            Quantity = small[0],
            TermsVersion = small[1],
            At = numbers[0],
            Item = numbers[1],
            Order = numbers[2],
            Buyer = numbers[3],
            Team = numbers[4],
            OtherTeam = numbers[5],
            Deadline = numbers[6],
            Price = numbers[7],
            Amount = numbers[8],
            Payment = payment.IsNone ? numbers[9] : payment,
            LifeMs = numbers[10],
            Campaign = numbers[11],
            DueNamed = (flags & 32) != 0,
            Due = (flags & 32) != 0 ? numbers[12] : 0,
            Sharer = numbers[13],
            Merchant = numbers[14],
            Invite = numbers[15],
            Tier = tier,
        };

    public static Arbitrary<Event> Events() => Arb.From(s_events);

    [Property(MaxTest = 1_000, Arbitrary = [typeof(EventCodecTests)])]
    public void Every_event_is_read_back_as_it_was(Event e)
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        int length = EventCodec.Write(bytes, e);
        Assert.Equal(length, EventCodec.Read(bytes, out Event read));
        Assert.Equal(e, read);
    }

    [Property(MaxTest = 1_000, Arbitrary = [typeof(EventCodecTests)])]
    public void What_every_join_writes_at_once_has_the_bytes_of_its_event(Event e)
    {
        var formed = new Event { Kind = EventKind.TeamFormed, At = e.At, Item = e.Item, Order = e.Order, Team = e.Team };
        AssertSame(formed, (ref byte to) => EventCodec.WriteFormed(ref to, e.At, e.Item, e.Order, e.Team));
        Event seat = e with
        {
            Kind = EventKind.SeatTaken,
            Item = Math.Max(e.Item, 1),
            Order = Math.Max(e.Order, 1),
            Buyer = Math.Max(e.Buyer, 1),
            Team = Math.Max(e.Team, 1),
            Cause = RefundCause.None,
            OpenNew = false,
            NoRescue = false,
            InviteOnly = false,
            Invite = 0,
            Size = 0,
            OtherTeam = 0,
            Deadline = 0,
            Price = 0,
            LifeMs = 0,
            Campaign = 0,
            TermsVersion = 0,
        };
        var c = new Command(e with { Item = seat.Item, Order = seat.Order, Buyer = seat.Buyer });
        AssertSame(seat, (ref byte to) => EventCodec.WriteSeatTaken(ref to, c, e.At, seat.Team, e.Merchant, e.Rerouted));
        var terms = new FrozenTerms(e.Size, e.Price, e.LifeMs, !e.NoRescue, 7, e.TermsVersion);
        Event opened = seat with
        {
            Kind = EventKind.TeamOpened,
            NoRescue = e.NoRescue,
            InviteOnly = e.InviteOnly,
            Invite = e.InviteOnly ? e.Invite : 0,
            Size = e.Size,
            Deadline = e.At + e.LifeMs,
            Price = e.Price,
            Campaign = e.Campaign,
            TermsVersion = e.TermsVersion,
        };
        AssertSame(opened, (ref byte to) =>
            EventCodec.WriteTeamOpened(ref to, c, e.At, seat.Team, e.Merchant, e.Rerouted, e.InviteOnly, terms, e.Campaign));
    }

    private delegate int WriteAtOnce(ref byte to);

    private static void AssertSame(in Event e, WriteAtOnce write)
    {
        byte[] atOnce = new byte[EventCodec.MaxBytes];
        byte[] asEvent = new byte[EventCodec.MaxBytes];
        Assert.Equal(EventCodec.Write(asEvent, e), write(ref atOnce[0]));
        Assert.Equal(asEvent, atOnce);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_event_cut_short_is_refused_at_every_length(bool details)
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        var e = new Event
        {
            Kind = EventKind.SeatTaken,
            At = 1,
            Item = 2,
            Order = 3,
            Quantity = 1,
            DueNamed = details,
            Tier = details ? (byte)2 : (byte)0
        };
        e.Invite = details ? long.MaxValue : 0;
        e.Payment = details ? PaymentId.Parse("20261129220014912345678901") : 71;
        int length = EventCodec.Write(bytes, e);
        for (int cut = 0; cut < length; cut++)
        {
            Assert.Throws<FormatException>(() => EventCodec.Read(bytes.AsSpan(0, cut), out _));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 20)]
    [InlineData(1, 9)]
    [InlineData(2, 0x0A)]
    [InlineData(3, 0xE0)]
    [InlineData(3, 0x08)]
    [InlineData(5, 0x40)]
    [InlineData(5, 0x80)]
    public void An_event_of_a_newer_version_is_refused(int at, byte value)
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        EventCodec.Write(bytes, new Event { Kind = EventKind.SeatTaken, At = 1, Item = 2 });
        bytes[at] = value;
        Assert.Throws<FormatException>(() => EventCodec.Read(bytes, out _));
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0)]
    public void A_detail_of_a_newer_version_is_refused_and_so_are_details_that_are_none(byte mask)
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        int length = EventCodec.Write(bytes, new Event { Kind = EventKind.SeatTaken, At = 1, Item = 2, DueNamed = true });
        bytes[length - 10] = mask;
        Assert.Throws<FormatException>(() => EventCodec.Read(bytes.AsSpan(0, length), out _));
    }

    [Fact]
    public void A_due_of_0_is_a_due_and_is_read_back_as_one()
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        EventCodec.Write(bytes, new Event { Kind = EventKind.HoldPlaced, DueNamed = true });
        EventCodec.Read(bytes, out Event read);
        Assert.True(read.DueNamed);
    }
}
