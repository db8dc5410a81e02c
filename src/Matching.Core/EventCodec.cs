using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>
/// The bytes of an event, little-endian. An event is a header of 8 bytes and then, in the order of the bits of the mask, the
/// fields that are not 0:
/// <code>
/// byte 0    kind                      byte 3    via (high nibble), source (low nibble)
/// byte 1    length of the whole       byte 4-5  mask of fields present
/// byte 2    cause (low nibble), flags byte 6-7  size (low 15 bits), new buyer (high bit)
/// mask bit: 0 at · 1 item · 2 order · 3 buyer · 4 team · 5 other team · 6 deadline · 7 price · 8 amount · 9 payment · 10 life · 11 campaign (8 bytes each) · 12 quantity · 13 terms version (4)
///           15 more: a second mask of 2 bytes and its fields stand at the end
/// second:   0 due · 1 sharer · 2 merchant (8 bytes each) · 3 tier (1) · 4 a payment that is a text (its length in 1 byte, and UTF-8) · 5 invite (8)
/// </code>
/// Fixed widths were chosen over variable ones: the journal writes more than the shards decide, and replay reads at memory
/// speed. A field that a later version adds takes a new bit of the second mask; a reader that meets an unknown bit or kind refuses.
/// Events with the record of a closed team have bytes of their own (<see cref="RecordEvent"/>), and so have those of campaigns.
/// What few events have stands behind what all have, so an event without it has the bytes it always had.
/// </summary>
public static class EventCodec
{
    /// <summary>The most bytes one event takes.</summary>
    public const int MaxBytes = 8 + (12 * 8) + (2 * 4) + MoreBytes;

    internal const int HeadBytes = 8;

    private const int MoreBytes = 2 + (3 * 8) + 1 + 1 + PaymentId.MaxBytes + 8;
    private const int KnownMask = 0xBFFF;
    internal const int MoreMask = 0x8000;
    internal const int DueBit = 0;
    internal const int SharerBit = 1;
    internal const int MerchantBit = 2;
    internal const int TierMask = 8;
    internal const int PaymentMask = 16;
    internal const int InviteBit = 5;
    private const int WideMoreMask = 7;
    private const int KnownMoreMask = 0x3F;
    private const byte InviteOnlyFlag = 0x10;
    private const byte OpenNewFlag = 0x20;
    private const byte ReroutedFlag = 0x40;
    private const byte NoRescueFlag = 0x80;
    private const int WideMask = 0xFFF;
    internal const int SeatMask = 0x1E;
    private const int QuantityMask = 0x1000;
    private const int VersionMask = 0x2000;
    private const int NewBuyerFlag = 0x8000;

    /// <summary>Writes one event.</summary>
    /// <param name="to">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="e">The event.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, in Event e)
    {
        if (to.Length < MaxBytes)
        {
            throw new ArgumentException($"room for {to.Length} bytes; an event may take {MaxBytes}", nameof(to));
        }

        ref byte start = ref to[0];
        ulong done = EventWriter.Put(ref start, EventWriter.Begun, e.At, 0);
        done = EventWriter.Put(ref start, done, e.Item, 1);
        done = EventWriter.Put(ref start, done, e.Order, 2);
        done = EventWriter.Put(ref start, done, e.Buyer, 3);
        done = EventWriter.Put(ref start, done, e.Team, 4);
        done = EventWriter.Put(ref start, done, e.OtherTeam, 5);
        done = EventWriter.Put(ref start, done, e.Deadline, 6);
        done = EventWriter.Put(ref start, done, e.Price, 7);
        done = EventWriter.Put(ref start, done, e.Amount, 8);
        done = EventWriter.Put(ref start, done, e.Payment.Number, 9);
        done = EventWriter.Put(ref start, done, e.LifeMs, 10);
        done = EventWriter.Put(ref start, done, e.Campaign, 11);
        done = EventWriter.PutInt(ref start, done, e.Quantity, QuantityMask);
        done = EventWriter.PutInt(ref start, done, e.TermsVersion, VersionMask);
        done = EventWriter.PutMore(ref start, done, new Command(e), e.Merchant, e.Invite);
        uint flags = (uint)e.Cause | Flag(e.InviteOnly, InviteOnlyFlag) | Flag(e.OpenNew, OpenNewFlag) | Flag(e.Rerouted, ReroutedFlag)
            | Flag(e.NoRescue, NoRescueFlag);
        return EventWriter.PutHead(ref start, done, e.Kind, flags, Origin(e.Via, e.Source), e.Size | Flag(e.NewBuyer, NewBuyerFlag));
    }

    /// <summary>Writes a TeamFormed as <see cref="Write"/> does, where there is room for <see cref="MaxBytes"/>.</summary>
    /// <returns>Bytes written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteFormed(ref byte to, long at, long item, long order, long team)
    {
        ulong done = EventWriter.Put(ref to, EventWriter.Begun, at, 0);
        done = EventWriter.Put(ref to, done, item, 1);
        done = EventWriter.Put(ref to, done, order, 2);
        done = EventWriter.Put(ref to, done, team, 4);
        return EventWriter.PutHead(ref to, done, EventKind.TeamFormed, 0, 0, 0);
    }

    /// <summary>The same for a SeatTaken, straight from the command that took the seat.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int WriteSeatTaken(ref byte to, in Command c, long at, long team, long merchant, bool rerouted)
    {
        ulong done = EventWriter.PutSeat(ref to, c, at, team);
        done = EventWriter.PutPaid(ref to, done, c);
        done = EventWriter.PutInt(ref to, done, c.Quantity, QuantityMask);
        done = EventWriter.PutMore(ref to, done, c, merchant, 0);
        return EventWriter.PutHead(
            ref to, done, EventKind.SeatTaken, Flag(rerouted, ReroutedFlag), Origin(c.Operation, c.Source), NewBuyer(c));
    }

    /// <summary>The same for a TeamOpened. Not inlined: beside what opening a team does, it would have no registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int WriteTeamOpened(
        ref byte to, in Command c, long at, long team, long merchant, bool rerouted, bool inviteOnly, in FrozenTerms terms, long campaign)
    {
        ulong done = EventWriter.PutSeat(ref to, c, at, team);
        done = EventWriter.Put(ref to, done, at + terms.LifeMs, 6);
        done = EventWriter.Put(ref to, done, terms.Price, 7);
        done = EventWriter.PutPaid(ref to, done, c);
        done = EventWriter.Put(ref to, done, campaign, 11);
        done = EventWriter.PutInt(ref to, done, c.Quantity, QuantityMask);
        done = EventWriter.PutInt(ref to, done, terms.Version, VersionMask);
        done = EventWriter.PutMore(ref to, done, c, merchant, inviteOnly ? c.Invite : 0);
        uint flags = Flag(inviteOnly, InviteOnlyFlag) | Flag(rerouted, ReroutedFlag) | Flag(!terms.Rescue, NoRescueFlag);
        return EventWriter.PutHead(
            ref to, done, EventKind.TeamOpened, flags, Origin(c.Operation, c.Source), (uint)terms.Size | NewBuyer(c));
    }

    /// <summary>Reads one event.</summary>
    /// <param name="from">Starts at the event; may hold more after it.</param>
    /// <param name="e">The event.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FormatException">The bytes are no event, or one of a newer version.</exception>
    public static int Read(ReadOnlySpan<byte> from, out Event e)
    {
        if (RecordEvent.Is(from))
        {
            return RecordEvent.Read(from, out e);
        }

        e = default;
        int length = from.Length < 8 ? 0 : from[1];
        int mask = length < 8 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(from[4..]);
        int expected = 8 + (8 * int.PopCount(mask & WideMask)) + ((mask & QuantityMask) != 0 ? 4 : 0) + ((mask & VersionMask) != 0 ? 4 : 0);
        int more = 0;
        if ((mask & MoreMask) != 0 && length <= from.Length && expected + 2 <= length)
        {
            more = BinaryPrimitives.ReadUInt16LittleEndian(from[expected..]);
            int payment = expected + 2 + (8 * int.PopCount(more & WideMoreMask)) + ((more & TierMask) != 0 ? 1 : 0);
            expected = payment + ((more & PaymentMask) != 0 && payment < length ? 1 + from[payment] : 0)
                + ((more & (1 << InviteBit)) != 0 ? 8 : 0);
        }

        if (length > from.Length || length != expected || (mask & ~KnownMask) != 0 || (more & ~KnownMoreMask) != 0
            || (more == 0) != ((mask & MoreMask) == 0)
            || from[0] is 0 or > (byte)EventKind.TimeAdvanced
            || (from[2] & 0xF) > (int)RefundCause.PriceDifference || from[3] >> 4 > (int)Operation.RefundDone
                || (from[3] & 0xF) > (int)Source.Other)
        {
            throw new FormatException(
                $"not an event of this version: kind {(from.Length > 0 ? from[0] : 0)}, length {length}, fields 0x{mask:X} and 0x{more:X}");
        }

        e.Kind = (EventKind)from[0];
        e.Cause = (RefundCause)(from[2] & 0xF);
        e.InviteOnly = (from[2] & InviteOnlyFlag) != 0;
        e.OpenNew = (from[2] & OpenNewFlag) != 0;
        e.Rerouted = (from[2] & ReroutedFlag) != 0;
        e.NoRescue = (from[2] & NoRescueFlag) != 0;
        e.Via = (Operation)(from[3] >> 4);
        e.Source = (Source)(from[3] & 0xF);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(from[6..]);
        e.Size = (ushort)(size & ~NewBuyerFlag);
        e.NewBuyer = (size & NewBuyerFlag) != 0;
        int at = 8;
        e.At = Take(from, 0, mask, ref at);
        e.Item = Take(from, 1, mask, ref at);
        e.Order = Take(from, 2, mask, ref at);
        e.Buyer = Take(from, 3, mask, ref at);
        e.Team = Take(from, 4, mask, ref at);
        e.OtherTeam = Take(from, 5, mask, ref at);
        e.Deadline = Take(from, 6, mask, ref at);
        e.Price = Take(from, 7, mask, ref at);
        e.Amount = Take(from, 8, mask, ref at);
        e.Payment = Take(from, 9, mask, ref at);
        e.LifeMs = Take(from, 10, mask, ref at);
        e.Campaign = Take(from, 11, mask, ref at);
        e.Quantity = TakeInt(from, QuantityMask, mask, ref at);
        e.TermsVersion = TakeInt(from, VersionMask, mask, ref at);
        if (more != 0)
        {
            ReadMore(from[(at + 2)..], more, ref e);
        }

        return length;
    }

    /// <summary>The length of the event that the bytes begin with, as it says, whatever its kind; below 8 where they are none.</summary>
    /// <exception cref="FormatException">It is one of campaigns, of a newer version or damaged.</exception>
    public static int LengthOf(ReadOnlySpan<byte> from) => RecordEvent.Is(from) ? RecordEvent.LengthOf(from)
        : ControlCodec.IsControl(from) ? ControlCodec.LengthOf(from) : from.Length > 1 ? from[1] : 0;

    /// <summary>The item of an item's event that the bytes begin with, without reading the rest; 0 where it concerns all.</summary>
    public static long ItemOf(ReadOnlySpan<byte> from)
    {
        int at = RecordEvent.Is(from) ? 8 : from.Length < 8 || (from[4] & 2) == 0 ? int.MaxValue - 8 : (from[4] & 1) != 0 ? 16 : 8;
        return from.Length >= at + 8 ? BinaryPrimitives.ReadInt64LittleEndian(from[at..]) : 0;
    }

    private static void ReadMore(ReadOnlySpan<byte> from, int mask, ref Event e)
    {
        int at = 0;
        e.DueNamed = (mask & (1 << DueBit)) != 0;
        e.Due = Take(from, DueBit, mask, ref at);
        e.Sharer = Take(from, SharerBit, mask, ref at);
        e.Merchant = Take(from, MerchantBit, mask, ref at);
        if ((mask & TierMask) != 0)
        {
            e.Tier = from[at++];
        }

        if ((mask & PaymentMask) != 0)
        {
            e.Payment = PaymentId.ReadText(from.Slice(at + 1, from[at]));
            at += 1 + from[at];
        }

        e.Invite = Take(from, InviteBit, mask, ref at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Flag(bool set, int flag) => Unsafe.BitCast<bool, byte>(set) * (uint)flag;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Origin(Operation via, Source source) => ((uint)via << 4) | (uint)source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NewBuyer(in Command c) => Flag(c.BuyerFacts.Standing == BuyerStanding.New, NewBuyerFlag);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Take(ReadOnlySpan<byte> from, int bit, int mask, ref int at)
    {
        if ((mask & (1 << bit)) == 0)
        {
            return 0;
        }

        long value = BinaryPrimitives.ReadInt64LittleEndian(from[at..]);
        at += 8;
        return value;
    }

    private static int TakeInt(ReadOnlySpan<byte> from, int bit, int mask, ref int at)
    {
        if ((mask & bit) == 0)
        {
            return 0;
        }

        int value = BinaryPrimitives.ReadInt32LittleEndian(from[at..]);
        at += 4;
        return value;
    }
}
