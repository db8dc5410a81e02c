namespace Matching.Host.Traffic;

/// <summary>
/// Splits a stream of UTF-8 text into records without making a string of any. A record is a line; where quotes count, a line whose
/// quoted field is open goes on with the next one. Lines end with LF or CRLF, in a file without any LF with CR; the last one may end with
/// the file. A byte order mark is skipped. Records beyond <see cref="MaxBytes"/> come back empty with <see cref="TooLong"/> set. One
/// thread at a time.
/// </summary>
internal sealed class LineReader
{
    /// <summary>The longest record taken, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[16 * MaxBytes];
    private byte[] _delimiter = [];
    private byte[] _scratch = [];
    private int _start;
    private int _end;
    private int _lines = 1;
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

        LineEnd = Head.Contains((byte)'\n') || !Head.Contains((byte)'\r') ? (byte)'\n' : (byte)'\r';
    }

    /// <summary>Number of the line at which the record read last begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The record read last was too long and its bytes were skipped.</summary>
    public bool TooLong { get; private set; }

    /// <summary>The last byte of a line end in this file.</summary>
    public byte LineEnd { get; }

    /// <summary>What is buffered and not read yet: at first, the head of the file.</summary>
    public ReadOnlySpan<byte> Head => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Takes the first line off a text, without its end.</summary>
    public static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> text, byte lineEnd)
    {
        int end = text.IndexOf(lineEnd);
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    /// <summary>From now on quotes count, in fields parted so.</summary>
    public void Quote(byte[] delimiter)
    {
        _delimiter = delimiter;
        _scratch = new byte[MaxBytes];
    }

    /// <summary>Reads the next record, without its end.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <returns>False at the end of the stream.</returns>
    public bool TryRead(out ReadOnlySpan<byte> record)
    {
        record = default;
        TooLong = false;
        if (Head.IsEmpty && !Fill())
        {
            return false;
        }

        Line += Line == 0 ? 1 : _lines;
        _lines = 1;
        int length = EndOfLine(0);
        if (length > MaxBytes)
        {
            TooLong = true;
            SkipLine();
            return true;
        }

        if (_scratch.Length > 0 && Head[..length].Contains((byte)'"'))
        {
            length = EndOfQuotedRecord(length);
        }

        record = Head[..length];
        _start = Math.Min(_start + length + 1, _end);
        if (record.EndsWith("\r"u8))
        {
            record = record[..^1];
        }

        return true;
    }

    /// <summary>
    /// Where a record ends whose first line may leave a quoted field open. One that is not closed well ends with its first line, so that
    /// only it is lost.
    /// </summary>
    private int EndOfQuotedRecord(int firstLine)
    {
        int length = firstLine;
        bool isWrong;
        while (IsOpen(Head[..length], out isWrong))
        {
            int quote = ClosingQuote(length);
            length = quote < 0 ? MaxBytes + 1 : EndOfLine(quote + 1);
            if (length > MaxBytes)
            {
                return firstLine;
            }
        }

        if (isWrong)
        {
            return firstLine;
        }

        _lines += Head[..length].Count(LineEnd);
        return length;
    }

    /// <summary>The quote that closes the field open at <paramref name="from"/>: the next one not doubled. Negative for none.</summary>
    private int ClosingQuote(int from)
    {
        while (from <= MaxBytes)
        {
            int quote = from < Head.Length ? Head[from..].IndexOf((byte)'"') : -1;
            if (quote >= 0 && (from + quote + 1 < Head.Length || !Fill()))
            {
                quote += from;
                if (quote + 1 == Head.Length || Head[quote + 1] != (byte)'"')
                {
                    return quote;
                }

                from = quote + 2;
            }
            else if (quote < 0 && (Head.Length > MaxBytes || !Fill()))
            {
                return -1;
            }
        }

        return -1;
    }

    private bool IsOpen(ReadOnlySpan<byte> record, out bool isWrong)
    {
        var fields = new Fields(record, _delimiter, _scratch);
        while (fields.TryNext(out _))
        {
        }

        isWrong = fields.Wrong is not null;
        return fields.IsOpen;
    }

    /// <summary>
    /// Where a line ends that has no end before <paramref name="from"/>; beyond <see cref="MaxBytes"/> where it is too long.
    /// </summary>
    private int EndOfLine(int from)
    {
        while (true)
        {
            int at = from < Head.Length ? Head[from..].IndexOf(LineEnd) : -1;
            if (at >= 0)
            {
                return from + at;
            }

            from = Head.Length;
            if (Head.Length > MaxBytes || !Fill())
            {
                return Head.Length;
            }
        }
    }

    private void SkipLine()
    {
        do
        {
            int end = Head.IndexOf(LineEnd);
            _start = end < 0 ? _end : _start + end + 1;
            if (end >= 0)
            {
                return;
            }
        }
        while (Fill());
    }

    /// <returns>False when nothing came.</returns>
    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        Head.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int before = _end;
        while (_end < _buffer.Length && !_ended)
        {
            int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _ended = read == 0;
            _end += read;
        }

        return _end > before;
    }
}
