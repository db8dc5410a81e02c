using Microsoft.Win32.SafeHandles;

namespace Matching.Benchmarks.Limits;

/// <summary>
/// The disk alone: blocks of one size written through (O_SYNC) one behind the other into a file filled with zeros before.
/// </summary>
internal sealed class RawFile : IDisposable
{
    private const int FileBytes = 64 << 20;
    private const int PageBytes = 4096;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _block;
    private long _position;

    public RawFile(string directory, int blockBytes)
    {
        _path = Path.Combine(directory, "raw");
        _block = new byte[(blockBytes + PageBytes - 1) / PageBytes * PageBytes];
        Array.Fill(_block, (byte)0xA5);
        using (SafeFileHandle file = File.OpenHandle(_path, FileMode.Create, FileAccess.Write))
        {
            byte[] zeros = new byte[1 << 20];
            for (long position = 0; position < FileBytes; position += zeros.Length)
            {
                RandomAccess.Write(file, zeros, position);
            }

            RandomAccess.FlushToDisk(file);
        }

        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.WriteThrough);
    }

    /// <summary>Writes one block and waits until it is durable.</summary>
    public void Write()
    {
        if (_position + _block.Length > FileBytes)
        {
            _position = 0;
        }

        RandomAccess.Write(_file, _block, _position);
        _position += _block.Length;
    }

    public void Dispose()
    {
        byte[] last = new byte[_block.Length];
        bool same = _position == 0
            || (RandomAccess.Read(_file, last, _position - _block.Length) == last.Length && last.AsSpan().SequenceEqual(_block));
        _file.Dispose();
        File.Delete(_path);
        if (!same)
        {
            throw new InvalidOperationException($"{_path} does not hold what was written to it");
        }
    }
}
