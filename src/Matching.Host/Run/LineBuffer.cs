namespace Matching.Host.Run;

/// <summary>
/// Cuts input into lines. One buffer of fixed size, read into and cut from by one thread: a line is always contiguous, so
/// parsing needs no copy, and a line over the limit costs no memory.
/// </summary>
internal sealed class LineBuffer
{
    /// <summary>The longest line taken, in bytes, its end not counted.</summary>
    public const int MaxLine = 64 * 1024;

    private readonly byte[] _bytes = new byte[4 * MaxLine];
    private int _start;
    private int _end;
    private bool _skipping;
    private bool _first = true;

    /// <summary>Where to read to; never empty when <see cref="TryNext"/> has said false.</summary>
    public Span<byte> Room
    {
        get
        {
            _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
            _end -= _start;
            _start = 0;
            return _bytes.AsSpan(_end);
        }
    }

    /// <summary>Says that so many bytes were read into <see cref="Room"/>.</summary>
    public void Filled(int count)
    {
        _end += count;
        if (_first && _end >= 3)
        {
            // Some shells put a byte order mark before what they pipe.
            _first = false;
            _start = _bytes.AsSpan(0, 3).SequenceEqual("\uFEFF"u8) ? 3 : 0;
        }
    }

    /// <summary>The next line, without its end.</summary>
    /// <param name="atEnd">No more will be read: what is left is a line too.</param>
    /// <param name="line">The line, or the beginning of one that is too long; valid until <see cref="Room"/> is asked for.</param>
    /// <param name="tooLong">The line is over <see cref="MaxLine"/>; its rest is dropped.</param>
    /// <returns>False when more must be read first.</returns>
    public bool TryNext(bool atEnd, out ReadOnlySpan<byte> line, out bool tooLong)
    {
        while (true)
        {
            ReadOnlySpan<byte> left = _bytes.AsSpan(_start, _end - _start);
            int length = left.IndexOf((byte)'\n');
            bool ended = length >= 0;
            line = ended ? left[..length] : left;
            tooLong = line.Length > MaxLine + 1 || (line.Length == MaxLine + 1 && line[^1] != (byte)'\r');
            if (!ended && !tooLong && !_skipping && (!atEnd || left.IsEmpty))
            {
                return false;
            }

            _start = ended ? _start + length + 1 : _end;
            bool skipped = _skipping;
            _skipping = !ended && (tooLong || skipped);
            if (!skipped)
            {
                line = line[..Math.Min(line.Length, MaxLine)];
                return true;
            }

            if (!ended)
            {
                return false;
            }
        }
    }
}
