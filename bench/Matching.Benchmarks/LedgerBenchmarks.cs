using BenchmarkDotNet.Attributes;
using Matching.Benchmarks.Ratios;
using Matching.Storage;

namespace Matching.Benchmarks;

/// <summary>The order ledger: writing records, reading them back at random (in memory or from the disk), and a checkpoint.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const int Records = 1 << 18;
    private const int RecordBytes = 160;

    private readonly byte[] _record = new byte[RecordBytes];
    private string _directory = "";
    private OrderLedger? _ledger;
    private long _written;
    private ulong _seed = 42;

    /// <summary>Memory of the newest records, in MiB: 256 holds all that are read, 16 nearly none.</summary>
    [Params(16, 256)]
    public int Megabytes { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _directory = Running.NewDirectory();
        _ledger = OrderLedger.Create(new LedgerOptions { Directory = _directory, MemoryBytes = (long)Megabytes << 20 });
        Write();
    }

    [GlobalCleanup]
    public void Close()
    {
        _ledger!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public void Write()
    {
        for (int i = 0; i < Records; i++)
        {
            _written++;
            BitConverter.TryWriteBytes(_record, _written);
            _ledger!.Write(new LedgerKey(_written, 1), _record, _written);
        }
    }

    [Benchmark(OperationsPerInvoke = Records / 64)]
    public void Read()
    {
        for (int i = 0; i < Records / 64; i++)
        {
            _seed ^= _seed << 13;
            _seed ^= _seed >> 7;
            _seed ^= _seed << 17;
            long key = 1 + (long)Math.BigMul(_seed, (ulong)Records, out _);
            if (!_ledger!.TryRead(new LedgerKey(key, 1), out byte[] record, out long version)
                || BitConverter.ToInt64(record) != key || version != key)
            {
                throw new InvalidOperationException($"record {key} is not what was written");
            }
        }
    }

    /// <summary>With what it makes durable: where nothing was written since the last one, nothing is done.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public void WriteAndCheckpoint()
    {
        Write();
        _ledger!.Checkpoint(_written);
        if (_ledger.Position != _written)
        {
            throw new InvalidOperationException($"a checkpoint at {_written} left the ledger at {_ledger.Position}");
        }
    }
}
