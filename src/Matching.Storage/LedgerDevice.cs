using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using FASTER.core;

namespace Matching.Storage;

/// <summary>
/// A file of the ledger's store, whose sectors carry checksums (<see cref="LedgerSector"/>), verified at every read. It reads and writes on
/// the thread that asks: the store's own devices throw on threads of their own, which ends the process, and hang where a file cannot be
/// opened. Written is what the system has; <see cref="OrderLedger"/> syncs it.
/// </summary>
internal sealed class LedgerDevice(LedgerFiles files, string path, Func<string, uint> seedOf)
    : StorageDeviceBase(path, LedgerSector.Bytes, Devices.CAPACITY_UNSPECIFIED)
{
    private const uint InputOutputError = 5;
    private const int SectorsAtOnce = 512;
    private const int BytesAtOnce = SectorsAtOnce * LedgerSector.Bytes;

    private readonly ConcurrentDictionary<int, Segment> _segments = new();

    /// <summary>
    /// Sectors before this address were written; those behind it may be the remains of a crash, or be missing. All, unless it is said.
    /// </summary>
    public Func<long> WrittenUntil { get; set; } = () => long.MaxValue;

    /// <summary>Where the last byte written ends.</summary>
    public long End { get; private set; }

    public override unsafe void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback,
            object context)
    {
        uint error = 0;
        try
        {
            if (files.WritesFail)
            {
                throw new IOException();
            }

            Segment segment = Of(segmentId);
            for (long at = 0; at < numBytesToWrite; at += BytesAtOnce)
            {
                var bytes = new ReadOnlySpan<byte>((byte*)sourceAddress + at, (int)Math.Min(BytesAtOnce, numBytesToWrite - at));
                segment.Write(bytes, ((long)destinationAddress + at) / LedgerSector.Bytes);
            }

            End = Math.Max(End, (long)destinationAddress + numBytesToWrite);
        }
#pragma warning disable CA1031 // the store is told by a number
        catch (Exception)
#pragma warning restore CA1031
        {
            error = InputOutputError;
            files.Fail(error);
        }

        callback(error, error == 0 ? numBytesToWrite : 0, context);
    }

    public override unsafe void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        uint error = 0;
        try
        {
            Segment segment = Of(segmentId);
            long until = WrittenUntil() - (segmentSize > 0 ? segmentId * segmentSize : 0);
            for (long at = 0; at < readLength; at += BytesAtOnce)
            {
                var to = new Span<byte>((byte*)destinationAddress + at, (int)Math.Min(BytesAtOnce, readLength - at));
                segment.Read(to, ((long)sourceAddress + at) / LedgerSector.Bytes, until);
            }
        }
#pragma warning disable CA1031 // as above
        catch (Exception e)
#pragma warning restore CA1031
        {
            // What the store would take for an answer otherwise is whatever its buffer held before.
            NativeMemory.Clear((void*)destinationAddress, readLength);
            error = InputOutputError;
            files.Break(e is LedgerException ? e.Message : $"{Of(segmentId).Path} cannot be read: {e.Message}");
        }

        callback(error, error == 0 ? readLength : 0, context);
    }

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) =>
        throw new NotSupportedException("the store deletes nothing");

    public override long GetFileSize(int segment) => Of(segment).SectorBytes;

    public override void Dispose()
    {
        foreach (Segment segment in _segments.Values)
        {
            segment.Dispose();
        }
    }

    private Segment Of(int segment) => _segments.GetOrAdd(segment, number =>
    {
        string file = GetSegmentFilename(FileName, number);
        return new Segment(files, file, seedOf(file));
    });

    private sealed class Segment(LedgerFiles files, string path, uint seed) : IDisposable
    {
        private readonly Lock _lock = new();
        private IDiskFile? _reader;
        private IDiskFile? _writer;

        public string Path => path;

        public long SectorBytes => files.Disk.FileExists(path) ? Reader().Length / LedgerSector.FrameBytes * LedgerSector.Bytes : 0;

        public void Write(ReadOnlySpan<byte> bytes, long sector)
        {
            IDiskFile file = Writer();
            byte[] frames = ArrayPool<byte>.Shared.Rent(SectorsAtOnce * LedgerSector.FrameBytes);
            try
            {
                int count = bytes.Length / LedgerSector.Bytes;
                for (int i = 0; i < count; i++)
                {
                    LedgerSector.Seal(bytes.Slice(i * LedgerSector.Bytes, LedgerSector.Bytes), seed, sector + i, FrameOf(frames, i));
                }

                file.Write(LedgerSector.At(sector), frames.AsSpan(0, count * LedgerSector.FrameBytes));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(frames);
            }
        }

        public void Read(Span<byte> to, long sector, long until)
        {
            IDiskFile file = Reader();
            byte[] frames = ArrayPool<byte>.Shared.Rent(SectorsAtOnce * LedgerSector.FrameBytes);
            try
            {
                int count = to.Length / LedgerSector.Bytes;
                int whole = file.Read(LedgerSector.At(sector), frames.AsSpan(0, count * LedgerSector.FrameBytes)) / LedgerSector.FrameBytes;
                for (int i = 0; i < count; i++)
                {
                    Take(i < whole ? FrameOf(frames, i) : default, sector + i, until, to.Slice(i * LedgerSector.Bytes, LedgerSector.Bytes));
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(frames);
            }
        }

        public void Dispose()
        {
            _reader?.Dispose();
            _writer?.Dispose();
        }

        private static Span<byte> FrameOf(byte[] frames, int i) => frames.AsSpan(i * LedgerSector.FrameBytes, LedgerSector.FrameBytes);

        private void Take(ReadOnlySpan<byte> frame, long sector, long until, Span<byte> to)
        {
            if (!frame.IsEmpty && LedgerSector.IsSound(frame, seed, sector))
            {
                frame[sizeof(uint)..].CopyTo(to);
            }
            else if (sector * LedgerSector.Bytes >= until)
            {
                to.Clear();
            }
            else
            {
                throw new LedgerException(frame.IsEmpty
                    ? $"{path} is cut short: a sector is missing at byte {LedgerSector.At(sector)}"
                    : $"{path} is damaged: the sector at byte {LedgerSector.At(sector)} is not as it was written");
            }
        }

        private IDiskFile Reader()
        {
            lock (_lock)
            {
                return _reader ??= files.Disk.OpenRead(path);
            }
        }

        private IDiskFile Writer()
        {
            lock (_lock)
            {
                if (_writer is null)
                {
                    files.Disk.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                    _writer = files.Disk.FileExists(path) ? files.Disk.OpenWrite(path) : files.Disk.Create(path);
                }

                return _writer;
            }
        }
    }
}
