using FASTER.core;

namespace Matching.Storage;

/// <summary>
/// The file of a ledger's records, which remembers that a write failed. The store itself does not: its next checkpoint waits for that write for ever,
/// and with it whoever closes the ledger.
/// </summary>
internal sealed class LedgerDevice(IDevice inner, Func<bool>? writesFail) : StorageDeviceBase(inner.FileName, inner.SectorSize, inner.Capacity)
{
    private const uint InputOutputError = 5;

    private readonly TaskCompletionSource<uint> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the system's error number when a write has failed; any thread.</summary>
    public Task<uint> Failed => _failed.Task;

    public override void Initialize(long segmentSize, LightEpoch? epoch = null, bool omitSegmentIdFromFilename = false)
    {
        base.Initialize(segmentSize, epoch, omitSegmentIdFromFilename);
        inner.Initialize(segmentSize, epoch, omitSegmentIdFromFilename);
    }

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        if (writesFail?.Invoke() ?? false)
        {
            Completed(InputOutputError, 0, context);
            return;
        }

        inner.WriteAsync(sourceAddress, segmentId, destinationAddress, numBytesToWrite, Completed, context);

        void Completed(uint error, uint bytes, object state)
        {
            if (error != 0)
            {
                _failed.TrySetResult(error);
            }

            callback(error, bytes, state);
        }
    }

    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context) =>
        inner.ReadAsync(segmentId, sourceAddress, destinationAddress, readLength, callback, context);

    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => inner.RemoveSegmentAsync(segment, callback, result);

    public override bool TryComplete() => inner.TryComplete();

    public override bool Throttle() => inner.Throttle();

    public override long GetFileSize(int segment) => inner.GetFileSize(segment);

    public override void Reset() => inner.Reset();

    public override void Dispose() => inner.Dispose();
}
