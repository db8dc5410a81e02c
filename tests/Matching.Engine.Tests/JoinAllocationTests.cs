using Matching.Core;
using Matching.Engine.Tests.Hosting;

namespace Matching.Engine.Tests;

/// <summary>
/// A join makes no object, decided alone or answered by the whole engine: what it needs is pooled or taken ahead. What is left is the
/// growth of what many joins share: 8 bytes a join at most, where the smallest object has 24.
/// </summary>
[Collection(nameof(Hosted))]
public sealed class JoinAllocationTests : IDisposable
{
    private const int Joins = 1 << 15;
    private const int Callers = 256;
    private const int BytesAJoin = 8;
    private const int Items = 50;

    private readonly string _directory = Directory.CreateTempSubdirectory("matching-allocation").FullName;
    private long _orders;

    [Fact]
    public void A_decided_join_makes_no_object()
    {
        var book = new Book(new BookOptions());
        book.TakeMemory(4 * Joins);
        Decide(book, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Decide(book, Joins);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, BytesAJoin * Joins);
    }

    [Fact]
    public async Task A_durable_join_makes_no_object()
    {
        var options = new MatchingOptions { DataDirectory = _directory, ExpectedOrders = 16 * Joins, DiskReserveBytes = 0 };
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(options);
        await AllocatedAsync(engine, Joins);

        // What a thread of the runtime does on the side falls into some runs only: the least of a few is the joins' own. Twice as many
        // joins by as many callers: what the callers themselves allocate falls out.
        long least = long.MaxValue;
        for (int run = 0; run < 3; run++)
        {
            long once = await AllocatedAsync(engine, Joins);
            least = Math.Min(least, await AllocatedAsync(engine, 2 * Joins) - once);
        }

        Assert.InRange(least, long.MinValue, BytesAJoin * Joins);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static void Decide(Book book, long from)
    {
        for (long order = from + 1; order <= from + Joins; order++)
        {
            book.Execute(
                new Command { Operation = Operation.QuickJoin, Item = 1 + (order % Items), Order = order, Buyer = order, Quantity = 1 },
                1_000, out Answer answer);
            if (!answer.Ok)
            {
                Assert.Fail($"order {order}: {answer}");
            }

            book.Events.Clear();
        }
    }

    private async Task<long> AllocatedAsync(MatchingEngine engine, int joins)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.WhenAll(Enumerable.Range(1, Callers).Select(caller => JoinAsync(engine, _orders + caller, joins / Callers)));
        _orders += joins;
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static async Task JoinAsync(MatchingEngine engine, long order, int joins)
    {
        for (; joins > 0; joins--, order += Callers)
        {
            Answer answer = await engine.QuickJoinAsync(new QuickJoinRequest(1 + (order % Items), order, order)).ConfigureAwait(false);
            if (!answer.Ok)
            {
                Assert.Fail($"order {order}: {answer}");
            }
        }
    }
}
