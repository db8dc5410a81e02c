using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core;

/// <summary>Takes one section of the state; the bytes are valid during the call only.</summary>
/// <param name="section">Which: a partition 0 … 1,023, or one of <see cref="StateSections"/>.</param>
/// <param name="bytes">Its bytes.</param>
public delegate void SectionSink(int section, ReadOnlySpan<byte> bytes);

/// <summary>The sections of a saved state beside the 1,024 partitions.</summary>
public static class StateSections
{
    /// <summary>Campaigns, merchants, promotions, chat groups, venues: what spans items.</summary>
    public const int Control = 1024;

    /// <summary>Times, highest ids, sizes of the partitions; to be loaded first.</summary>
    public const int Head = 1025;

    /// <summary>From this one on, one section a partition: which orders may have been evicted from it.</summary>
    public const int Filters = 2048;

    /// <summary>The partition whose filter a section holds; negative for any other section.</summary>
    public static int FilterPartition(int section) => section >= Filters ? section - Filters : -1;

    /// <summary>Whether a saved state leaves its closed families out.</summary>
    /// <param name="head">The section <see cref="Head"/>.</param>
    /// <exception cref="FormatException">It is of a newer layout, or is no such section.</exception>
    public static bool Evicts(ReadOnlySpan<byte> head) => StateHead.Load(head).Evicts;

    /// <summary>Whether the journal has the records of the closed families that a saved state leaves out.</summary>
    public static bool Journaled(ReadOnlySpan<byte> head) => StateHead.Load(head).Journaled;
}

/// <summary>A saved state has a layout that this program does not know: it was written by a newer one.</summary>
public sealed class NewerLayoutException : FormatException
{
    /// <summary>Makes one without words.</summary>
    public NewerLayoutException()
    {
    }

    /// <summary>Makes one with its message.</summary>
    public NewerLayoutException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its message and cause.</summary>
    public NewerLayoutException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>Bytes of a section being written, little-endian; grows by doubling, re-used. One thread at a time.</summary>
internal sealed class StateWriter
{
    private byte[] _bytes = new byte[4 * 1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Put(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);

    public void Put(params ReadOnlySpan<long> values)
    {
        foreach (long value in values)
        {
            Put(value);
        }
    }

    /// <summary>Room for rows of one layout, all zero.</summary>
    public Span<T> Rows<T>(int count)
        where T : unmanaged
    {
        Span<byte> room = Room(checked(count * Unsafe.SizeOf<T>()));
        room.Clear();
        return MemoryMarshal.Cast<byte, T>(room);
    }

    private Span<byte> Room(int bytes)
    {
        int needed = checked(_length + bytes);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        Span<byte> room = _bytes.AsSpan(_length, bytes);
        _length = needed;
        return room;
    }
}

/// <summary>Reads what <see cref="StateWriter"/> wrote, in the same order.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public long Take() => BinaryPrimitives.ReadInt64LittleEndian(Next(8));

    /// <summary>A number of things that follow, or a number that is one: 0 … int.MaxValue.</summary>
    public int TakeInt() => Take() is >= 0 and <= int.MaxValue and var value ? (int)value : throw Damaged();

    public ReadOnlySpan<T> Rows<T>(int count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Next((long)count * Unsafe.SizeOf<T>()));

    /// <summary>Nothing may be left over.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Damaged();
        }
    }

    public static FormatException Damaged() => new("a section of the state does not hold what it says it holds");

    private ReadOnlySpan<byte> Next(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw Damaged();
        }

        ReadOnlySpan<byte> next = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return next;
    }
}
