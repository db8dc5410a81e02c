namespace Matching.Storage;

/// <summary>
/// Writes a large file in pieces and makes each durable before the next: one sync of the whole would hold up the journal's writes
/// behind a gigabyte of somebody else's.
/// </summary>
internal sealed class PiecewiseWriter(IDiskFile file, long position)
{
    private const int PieceBytes = 4 << 20;
    private const int StartBytes = 16 << 10;
    private byte[] _piece = new byte[StartBytes];
    private int _filled;

    /// <summary>Where the next byte goes.</summary>
    public long Position { get; private set; } = position;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_filled == _piece.Length)
            {
                Array.Resize(ref _piece, 2 * _piece.Length);
            }

            int part = Math.Min(bytes.Length, _piece.Length - _filled);
            bytes[..part].CopyTo(_piece.AsSpan(_filled));
            bytes = bytes[part..];
            _filled += part;
            Position += part;
            if (_filled == PieceBytes)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes what is left and makes it durable.</summary>
    public void Flush()
    {
        if (_filled > 0)
        {
            file.Write(Position - _filled, _piece.AsSpan(0, _filled));
            file.Sync();
            _filled = 0;
        }
    }
}
