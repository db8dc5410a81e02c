using BenchmarkDotNet.Attributes;
using FASTER.core;
using Matching.Benchmarks.Limits;
using Matching.Benchmarks.Ratios;
using Matching.Storage;

namespace Matching.Benchmarks;

/// <summary>Making blocks of 64-byte events durable: the segment journal beside FasterLog and the bare file.</summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private const int Blocks = 200;
    private const int EventBytes = 64;

    private string _directory = "";
    private SegmentJournal? _journal;
    private RawFile? _file;
    private FasterLog? _faster;
    private byte[] _events = [];
    private long _written;

    [Params(1, 16, 256, 1024, 8192)]
    public int EventsABlock { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _directory = Running.NewDirectory();
        _events = new byte[EventsABlock * EventBytes];
        Array.Fill(_events, (byte)7);
        _journal = SegmentJournal.Open(new JournalOptions { Directory = Path.Combine(_directory, "ours") });
        _file = new RawFile(_directory, _events.Length);
        _faster = new FasterLog(new FasterLogSettings(Path.Combine(_directory, "faster"))
        {
            PageSize = 1 << 22,
            MemorySize = 1 << 25,
        });
    }

    [GlobalCleanup]
    public void Check()
    {
        if (_journal!.DurableSequence != _written)
        {
            throw new InvalidOperationException($"{_written} events were written; {_journal.DurableSequence} are durable");
        }

        _journal.Dispose();
        _file!.Dispose();
        _faster!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Blocks)]
    public void Segments()
    {
        for (int block = 0; block < Blocks; block++)
        {
            _journal!.Append(_events, EventsABlock);
            _journal.Commit();
            _written += EventsABlock;
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Blocks)]
    public void File()
    {
        for (int block = 0; block < Blocks; block++)
        {
            _file!.Write();
        }
    }

    /// <summary>One entry an event, one commit a block, as it would be used.</summary>
    [Benchmark(OperationsPerInvoke = Blocks)]
    public void Faster()
    {
        for (int block = 0; block < Blocks; block++)
        {
            for (int i = 0; i < EventsABlock; i++)
            {
                _faster!.Enqueue(_events.AsSpan(0, EventBytes));
            }

            _faster!.Commit(spinWait: true);
        }

        if (_faster!.CommittedUntilAddress != _faster.TailAddress)
        {
            throw new InvalidOperationException("FasterLog has not committed what it was given");
        }
    }
}
