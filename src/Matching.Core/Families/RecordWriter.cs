using System.Buffers.Binary;

namespace Matching.Core.Families;

/// <summary>Numbers one behind the other, 7 bits a byte, the lowest first: most are small. Re-used; one thread at a time.</summary>
internal sealed class RecordWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void PutHash(ulong hash)
    {
        Grow();
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length), hash);
        _length += 8;
    }

    public void Put(long number)
    {
        Grow();
        ulong rest = (ulong)number;
        for (; rest > 0x7F; rest >>= 7)
        {
            _bytes[_length++] = (byte)(rest | 0x80);
        }

        _bytes[_length++] = (byte)rest;
    }

    /// <summary>A payment: its number, or -1 and the 16 bytes that its text is compared by.</summary>
    public void Put(in PaymentKey payment)
    {
        Put(payment.IsText ? -1 : payment.Number);
        if (payment.IsText)
        {
            PutHash((ulong)payment.Hash);
            PutHash((ulong)(payment.Hash >> 64));
        }
    }

    private void Grow()
    {
        if (_bytes.Length - _length < 16)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
    }
}

/// <summary>Reads what <see cref="RecordWriter"/> wrote.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public ulong GetHash()
    {
        if (_rest.Length < 8)
        {
            throw Family.Damaged();
        }

        ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        _rest = _rest[8..];
        return hash;
    }

    public long Get()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_rest.IsEmpty)
            {
                break;
            }

            byte b = _rest[0];
            _rest = _rest[1..];
            number |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return (long)number;
            }
        }

        throw Family.Damaged();
    }

    public PaymentKey GetPayment()
    {
        long number = Get();
        if (number != -1)
        {
            return new(number, 0);
        }

        ulong low = GetHash();
        return new(0, new UInt128(GetHash(), low));
    }

    public int GetInt() => checked((int)Get());
}
