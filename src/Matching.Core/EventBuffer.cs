using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core;

/// <summary>
/// Encoded events of one batch, in the order they happened, ready to be journaled as they are. Grows by doubling and is
/// re-used; one thread at a time.
/// </summary>
public sealed class EventBuffer
{
    // A boundary is noted only where this much came since the last one: most batches have none.
    private const int BoundaryBytes = 64 * 1024;

    private readonly List<(int Length, int Count)> _boundaries = [];
    private byte[] _bytes;
    private int _nextBoundary = BoundaryBytes;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">Bytes to start with.</param>
    public EventBuffer(int capacity = 4 * 1024) => _bytes = new byte[Math.Max(capacity, EventCodec.MaxBytes)];

    /// <summary>Events in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes in the buffer.</summary>
    public int Length { get; private set; }

    /// <summary>The encoded events.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>
    /// Places, as bytes and events before them, where the batch may be torn apart: what stands before one is whole without
    /// what follows. Few: only as many as it takes to split a very large batch.
    /// </summary>
    public IReadOnlyList<(int Length, int Count)> Boundaries => _boundaries;

    /// <summary>Says that the events so far are whole: a command is done, or one overdue team is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkBoundary()
    {
        if (Length >= _nextBoundary)
        {
            AddBoundary();
        }
    }

    /// <summary>Appends one event.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Append(in Event e)
    {
        Reserve(EventCodec.MaxBytes);
        Wrote(EventCodec.Write(_bytes.AsSpan(Length), e));
    }

    /// <summary>Room for one event: the codec writes those that every join makes without making an event first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref byte Room()
    {
        Reserve(EventCodec.MaxBytes);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), (nint)(uint)Length);
    }

    /// <summary>An event was written into the <see cref="Room"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Wrote(int bytes)
    {
        Length += bytes;
        Count++;
    }

    /// <summary>Appends one event that is encoded already: those of campaigns, which have bytes of their own.</summary>
    public void AppendEncoded(ReadOnlySpan<byte> encoded)
    {
        Reserve(encoded.Length);
        encoded.CopyTo(_bytes.AsSpan(Length));
        Wrote(encoded.Length);
        MarkBoundary();
    }

    /// <summary>Appends what happened to a closed family, with its record.</summary>
    internal void AppendRecord(EventKind kind, long at, ReadOnlySpan<byte> record)
    {
        Reserve(RecordEvent.HeaderBytes + record.Length);
        Wrote(RecordEvent.Write(_bytes.AsSpan(Length), kind, at, record));
        MarkBoundary();
    }

    /// <summary>Forgets what came behind a place.</summary>
    internal void CutBack(int length, int count)
    {
        (Length, Count) = (length, count);
        _boundaries.RemoveAll(boundary => boundary.Length > length);
        _nextBoundary = (_boundaries.Count == 0 ? 0 : _boundaries[^1].Length) + BoundaryBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        while (_bytes.Length - Length < bytes)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddBoundary()
    {
        _boundaries.Add((Length, Count));
        _nextBoundary = Length + BoundaryBytes;
    }

    /// <summary>Forgets the events; keeps the memory.</summary>
    public void Clear()
    {
        Length = 0;
        Count = 0;
        _boundaries.Clear();
        _nextBoundary = BoundaryBytes;
    }
}
