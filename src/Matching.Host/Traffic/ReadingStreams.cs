namespace Matching.Host.Traffic;

/// <summary>A forward-only stream over another one.</summary>
internal abstract class ReadingStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override int Read(Span<byte> buffer);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Lets the first bytes be looked at before they are read; works on pipes too, where a file could not be opened again.</summary>
internal sealed class HeadStream : ReadingStream
{
    private readonly Stream _inner;
    private readonly byte[] _head;
    private int _taken;

    /// <summary>Takes the first bytes, fewer where the stream is shorter.</summary>
    public HeadStream(Stream inner, int bytes)
    {
        _inner = inner;
        _head = new byte[bytes];
        Array.Resize(ref _head, inner.ReadAtLeast(_head, bytes, throwOnEndOfStream: false));
    }

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Head => _head;

    public override int Read(Span<byte> buffer)
    {
        if (_taken == _head.Length)
        {
            return _inner.Read(buffer);
        }

        int length = Math.Min(buffer.Length, _head.Length - _taken);
        _head.AsSpan(_taken, length).CopyTo(buffer);
        _taken += length;
        return length;
    }
}

/// <summary>Tells how many bytes have passed.</summary>
internal sealed class CountingStream(Stream inner, Action<long>? progress) : ReadingStream
{
    private long _passed;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        _passed += read;
        progress?.Invoke(_passed);
        return read;
    }
}
