using System.IO.Compression;

namespace Matching.Host.Traffic;

/// <summary>
/// Unpacks gzip, and refuses a file that is not whole. Each member's checksum and length are checked where they stand, but a file that
/// ends before them is one that simply ends, for .NET: the last bytes of a download may be missing and nobody is told. So a member of our
/// own is put behind the last byte of the file: only where everything before it was whole does its text come out, and nothing behind it.
/// It is not passed on. Bytes that are no gzip behind the end are refused, too.
/// <para>Rejected: finding the members' ends ourselves, to check the trailers. .NET does not say where one ended.</para>
/// </summary>
internal sealed class WholeGzip : ReadingStream
{
    private static readonly byte[] MarkText = "what stands before this is whole"u8.ToArray();
    private static readonly byte[] Mark = Pack(MarkText);

    private readonly string _name;
    private readonly GZipStream _plain;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Makes one; the packed stream stays the caller's.</summary>
    /// <param name="packed">The packed bytes.</param>
    /// <param name="name">The file, for messages.</param>
    public WholeGzip(Stream packed, string name)
    {
        _name = name;
        _plain = new GZipStream(new FollowedStream(packed, Mark), CompressionMode.Decompress);
    }

    /// <inheritdoc/>
    /// <exception cref="DamagedFileException">The file is cut off or damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_end - _start <= MarkText.Length && !_ended)
        {
            Fill();
        }

        // Until the end, as many bytes are held back as the mark has: they may be it.
        int length = Math.Min(buffer.Length, _end - _start - MarkText.Length);
        _buffer.AsSpan(_start, length).CopyTo(buffer);
        _start += length;
        return length;
    }

    /// <summary>Reads what is left, so that it is known to be whole.</summary>
    /// <exception cref="DamagedFileException">It is cut off or damaged.</exception>
    public void ReadToEnd() => CopyTo(Null);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _plain.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }

        return packed.ToArray();
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read;
        try
        {
            read = _plain.Read(_buffer, _end, _buffer.Length - _end);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedFileException($"{_name}: the gzip data is cut off or damaged: fetch or pack the file again", e);
        }

        _end += read;
        _ended = read == 0;
        if (_ended && !_buffer.AsSpan(0, _end).SequenceEqual(MarkText))
        {
            throw new DamagedFileException(
                $"{_name}: the gzip data is cut off, or something else stands behind its end: fetch or pack the file again");
        }
    }

    /// <summary>A stream with some bytes behind it.</summary>
    private sealed class FollowedStream(Stream first, byte[] then) : ReadingStream
    {
        private int _taken;
        private bool _firstEnded;

        public override int Read(Span<byte> buffer)
        {
            int read = _firstEnded || buffer.IsEmpty ? 0 : first.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
            {
                return read;
            }

            _firstEnded = true;
            int length = Math.Min(buffer.Length, then.Length - _taken);
            then.AsSpan(_taken, length).CopyTo(buffer);
            _taken += length;
            return length;
        }
    }
}
