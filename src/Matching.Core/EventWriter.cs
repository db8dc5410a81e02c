using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core;

/// <summary>
/// Writes the bytes of one event as <see cref="EventCodec"/> lays them down, field by field and the header at the end; there must be room
/// for <see cref="EventCodec.MaxBytes"/>. What is done so far is one number that each call takes and returns, so it stays in a register:
/// the length in its low half, the mask in its high half.
/// </summary>
internal static class EventWriter
{
    /// <summary>Of an event of which nothing but its header's room is taken.</summary>
    public const ulong Begun = EventCodec.HeadBytes;

    private const int MaskShift = 32;

    /// <summary>A field of 8 bytes, where it is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Put(ref byte to, ulong done, long value, int bit)
    {
        if (value != 0)
        {
            Store(ref At(ref to, done), value);
            done += 8 + (1UL << (MaskShift + bit));
        }

        return done;
    }

    /// <summary>A field of 4 bytes, where it is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PutInt(ref byte to, ulong done, int value, uint bit)
    {
        if (value != 0)
        {
            Unsafe.WriteUnaligned(ref At(ref to, done), BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));
            done += 4 + ((ulong)bit << MaskShift);
        }

        return done;
    }

    /// <summary>When, whose order and where: a seat always has an item, an order, a buyer and a team, so these are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PutSeat(ref byte to, in Command c, long when, long team)
    {
        ulong done = Put(ref to, Begun, when, 0);
        ref byte at = ref At(ref to, done);
        Store(ref at, c.Item);
        Store(ref Unsafe.Add(ref at, 8), c.Order);
        Store(ref Unsafe.Add(ref at, 16), c.Buyer);
        Store(ref Unsafe.Add(ref at, 24), team);
        return done + 32 + ((ulong)EventCodec.SeatMask << MaskShift);
    }

    /// <summary>What was paid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PutPaid(ref byte to, ulong done, in Command c) => Put(ref to, Put(ref to, done, c.Amount, 8), c.Payment.Number, 9);

    /// <summary>What few events have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PutMore(ref byte to, ulong done, in Command c, long merchant, long invite) =>
        (merchant | invite | c.Sharer | c.BuyerFacts.Tier | EventCodec.Flag(c.DueNamed, 1)) != 0 || c.Payment.Text is not null
            ? done + (uint)WriteMore(ref At(ref to, done), c, merchant, invite) + ((ulong)EventCodec.MoreMask << MaskShift)
            : done;

    /// <summary>The header, when all else is written: the length is known then, and the mask.</summary>
    /// <returns>The length.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PutHead(ref byte to, ulong done, EventKind kind, uint flags, uint origin, uint size)
    {
        uint first = (uint)kind | ((uint)done << 8) | (flags << 16) | (origin << 24);
        Store(ref to, (long)(first | ((ulong)size << 48) | (done >> MaskShift << MaskShift)));
        return (int)done;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteMore(ref byte start, in Command c, long merchant, long invite)
    {
        ulong done = 2;
        if (c.DueNamed)
        {
            // There although it may be 0: a due of 0 is a due.
            Store(ref At(ref start, done), c.Due);
            done += 8 + (1UL << (MaskShift + EventCodec.DueBit));
        }

        done = Put(ref start, done, c.Sharer, EventCodec.SharerBit);
        done = Put(ref start, done, merchant, EventCodec.MerchantBit);
        if (c.BuyerFacts.Tier != 0)
        {
            At(ref start, done) = c.BuyerFacts.Tier;
            done += 1 + ((ulong)EventCodec.TierMask << MaskShift);
        }

        if (c.Payment.Text is not null)
        {
            ref byte at = ref At(ref start, done);
            int bytes = c.Payment.WriteText(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref at, 1), PaymentId.MaxBytes));
            at = (byte)bytes;
            done += 1 + (uint)bytes + ((ulong)EventCodec.PaymentMask << MaskShift);
        }

        done = Put(ref start, done, invite, EventCodec.InviteBit);
        ushort mask = (ushort)(done >> MaskShift);
        Unsafe.WriteUnaligned(ref start, BitConverter.IsLittleEndian ? mask : BinaryPrimitives.ReverseEndianness(mask));
        return (int)done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte At(ref byte to, ulong done) => ref Unsafe.Add(ref to, (nint)(uint)done);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref byte at, long value) =>
        Unsafe.WriteUnaligned(ref at, BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));
}
