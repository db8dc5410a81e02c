using BenchmarkDotNet.Attributes;
using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>Decoding and applying journaled events to an empty book: what recovery does but for reading the file.</summary>
[MemoryDiagnoser]
public class RecoveryBenchmarks
{
    private const int Joins = 1 << 20;

    private byte[] _events = [];
    private ulong _hash;

    [Params(1_000, 1_000_000)]
    public int Items { get; set; }

    [GlobalSetup]
    public void Journal()
    {
        var book = new Book(new BookOptions());
        for (int order = 1; order <= Joins; order++)
        {
            long item = 1 + (order * 7919L % Items);
            book.Execute(new Command { Operation = Operation.QuickJoin, Item = item, Order = order, Buyer = order, Quantity = 1 },
                1_700_000_000_000, out _);
        }

        _events = book.Events.Written.ToArray();
        _hash = book.StateHash();
    }

    [Benchmark(OperationsPerInvoke = Joins)]
    public void Apply()
    {
        var book = new Book(new BookOptions());
        ReadOnlySpan<byte> events = _events;
        while (!events.IsEmpty)
        {
            events = events[EventCodec.Read(events, out Event e)..];
            book.Apply(e);
        }

        if (book.StateHash() != _hash)
        {
            throw new InvalidOperationException("the events applied give another state than the joins");
        }
    }
}
