using System.IO.Hashing;

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

/// <summary>
/// A file of an archive: damage is told by its name. Its length is checked at the end, and its checksum where the archive has one.
/// </summary>
/// <param name="inner">What it holds.</param>
/// <param name="name">The name to show.</param>
/// <param name="length">Its length.</param>
/// <param name="crc">Its CRC-32; null where the archive has none.</param>
internal sealed class MemberStream(Stream inner, string name, long length, uint? crc) : ReadingStream
{
    private readonly Crc32 _crc = new();
    private long _passed;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            int read = inner.Read(buffer);
            _passed += read;
            if (crc is not null)
            {
                _crc.Append(buffer[..read]);
            }

            return read > 0 || buffer.IsEmpty ? read : End();
        }
        catch (EndOfStreamException e)
        {
            throw new DamagedFileException($"{name}: the archive ends within it: it was cut off", e);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedFileException(
                $"{name}: what is packed cannot be read: the archive is damaged, or packed in an uncommon way", e);
        }
    }

    private int End() =>
        _passed < length ? throw new EndOfStreamException()
        : crc is { } expected && _crc.GetCurrentHashAsUInt32() != expected ? throw new InvalidDataException("the checksum is another")
        : 0;
}

/// <summary>A file, or an archive around it, is cut off or damaged; the message names it.</summary>
internal sealed class DamagedFileException(string message, Exception? inner = null) : IOException(message, inner);

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
