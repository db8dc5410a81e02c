namespace Matching.Host.Traffic;

/// <summary>
/// Splits a stream into lines without making a string of any. Lines end with LF or CRLF; the last one may end with the file. A
/// byte order mark is skipped. Lines beyond <see cref="MaxBytes"/> come back empty with <see cref="TooLong"/> set. One thread at a time.
/// </summary>
internal sealed class LineReader
{
    /// <summary>The longest line taken, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[16 * MaxBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Makes a reader; the stream stays the caller's.</summary>
    public LineReader(Stream stream)
    {
        _stream = stream;
        Fill();
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
        {
            _start = 3;
        }
    }

    /// <summary>Number of the line read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The line read last was too long and its bytes were skipped.</summary>
    public bool TooLong { get; private set; }

    /// <summary>What is buffered and not read yet: at first, the head of the file.</summary>
    public ReadOnlySpan<byte> Head => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads the next line, without its end.</summary>
    /// <param name="line">Valid until the next call.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        TooLong = false;
        int length = Head.IndexOf((byte)'\n');
        if (length < 0)
        {
            length = FindEnd();
            if (length < 0)
            {
                line = default;
                return false;
            }
        }

        Line++;
        line = _buffer.AsSpan(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        if (line.Length > MaxBytes || TooLong)
        {
            TooLong = true;
            line = default;
        }
        else if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        return true;
    }

    private int FindEnd()
    {
        while (true)
        {
            if (_end - _start > MaxBytes)
            {
                TooLong = true;
                _start = _end;
            }

            if (!Fill())
            {
                return _end > _start || TooLong ? _end - _start : -1;
            }

            int length = Head.IndexOf((byte)'\n');
            if (length >= 0)
            {
                return length;
            }
        }
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        Head.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < _buffer.Length && !_ended)
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _ended = read == 0;
            _end += read;
        }

        return true;
    }
}
