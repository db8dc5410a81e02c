using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core;

/// <summary>
/// Writes the bytes of one event as <see cref="EventCodec"/> lays them down, field by field and the header at the end; there must be room for
/// <see cref="EventCodec.MaxBytes"/>. All of it is inlined, and its own fields are registers then.
/// </summary>
internal ref struct EventWriter
{
    private readonly ref byte _start;
    private ref byte _at;
    private uint _mask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EventWriter(ref byte start)
    {
        _start = ref start;
        _at = ref Unsafe.Add(ref start, EventCodec.HeadBytes);
    }

    /// <summary>A field of 8 bytes, where it is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(long value, int bit)
    {
        if (value != 0)
        {
            Store(ref _at, value);
            _at = ref Unsafe.Add(ref _at, 8);
            _mask |= 1u << bit;
        }
    }

    /// <summary>A field of 4 bytes, where it is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutInt(int value, uint bit)
    {
        if (value != 0)
        {
            Unsafe.WriteUnaligned(ref _at, BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));
            _at = ref Unsafe.Add(ref _at, 4);
            _mask |= bit;
        }
    }

    /// <summary>When, whose order and where: a seat always has an item, an order, a buyer and a team, so these are not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutSeat(in Command c, long when, long team)
    {
        Put(when, 0);
        Store(ref _at, c.Item);
        Store(ref Unsafe.Add(ref _at, 8), c.Order);
        Store(ref Unsafe.Add(ref _at, 16), c.Buyer);
        Store(ref Unsafe.Add(ref _at, 24), team);
        _at = ref Unsafe.Add(ref _at, 32);
        _mask |= EventCodec.SeatMask;
    }

    /// <summary>What was paid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutPaid(in Command c)
    {
        Put(c.Amount, 8);
        Put(c.Payment.Number, 9);
    }

    /// <summary>What few events have.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PutMore(in Command c, long merchant, long invite)
    {
        if ((merchant | invite | c.Sharer | c.BuyerFacts.Tier | EventCodec.Flag(c.DueNamed, 1)) != 0 || c.Payment.Text is not null)
        {
            _at = ref Unsafe.Add(ref _at, WriteMore(ref _at, c, merchant, invite));
            _mask |= EventCodec.MoreMask;
        }
    }

    /// <summary>The header, when all else is written: the length is known then, and the mask.</summary>
    /// <returns>The length.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int PutHead(EventKind kind, uint flags, uint origin, uint size)
    {
        int length = (int)Unsafe.ByteOffset(ref _start, ref _at);
        _start = (byte)kind;
        Unsafe.Add(ref _start, 1) = (byte)length;
        Unsafe.Add(ref _start, 2) = (byte)flags;
        Unsafe.Add(ref _start, 3) = (byte)origin;
        StoreShort(ref Unsafe.Add(ref _start, 4), _mask);
        StoreShort(ref Unsafe.Add(ref _start, 6), size);
        return length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteMore(ref byte start, in Command c, long merchant, long invite)
    {
        var more = new EventWriter(ref start) { _at = ref Unsafe.Add(ref start, 2) };
        if (c.DueNamed)
        {
            // There although it may be 0: a due of 0 is a due.
            Store(ref more._at, c.Due);
            more.Skip(8, 1u << EventCodec.DueBit);
        }

        more.Put(c.Sharer, EventCodec.SharerBit);
        more.Put(merchant, EventCodec.MerchantBit);
        if (c.BuyerFacts.Tier != 0)
        {
            more._at = c.BuyerFacts.Tier;
            more.Skip(1, EventCodec.TierMask);
        }

        if (c.Payment.Text is not null)
        {
            int bytes = c.Payment.WriteText(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref more._at, 1), PaymentId.MaxBytes));
            more._at = (byte)bytes;
            more.Skip(1 + bytes, EventCodec.PaymentMask);
        }

        more.Put(invite, EventCodec.InviteBit);
        StoreShort(ref start, more._mask);
        return (int)Unsafe.ByteOffset(ref start, ref more._at);
    }

    private void Skip(int bytes, uint bit)
    {
        _at = ref Unsafe.Add(ref _at, bytes);
        _mask |= bit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref byte at, long value) =>
        Unsafe.WriteUnaligned(ref at, BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreShort(ref byte at, uint value) => Unsafe.WriteUnaligned(
        ref at, BitConverter.IsLittleEndian ? (ushort)value : BinaryPrimitives.ReverseEndianness((ushort)value));
}
