using System.Diagnostics;
using System.Globalization;
using Matching.Core;

namespace Matching.Benchmarks;

/// <summary>
/// What the filter of evicted orders costs a join of a new order, in the kernel alone: <c>filter ORDERS</c>. Both books have had so many
/// orders that were bought and shipped; from one of them they were evicted, and each join looks at the filter. Teams of two on a hundred
/// thousand items.
/// </summary>
internal static class FilterRun
{
    private const long Items = 100_000;
    private const int Batch = Book.PrefetchedTogether;
    private const int Joins = 2_000_000;
    private const int Rounds = 5;

    public static void Run(long orders)
    {
        Book plain = Make(orders, evicts: false);
        Book evicting = Make(orders, evicts: true);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{orders:N0} evicted orders, filter of {evicting.FilterBytes / 1e6:F0} MB"));
        long next = orders + 1;
        for (int round = 0; round < Rounds; round++)
        {
            (double without, _) = Measure(plain, next);
            (double with, int away) = Measure(evicting, next);
            next += Joins;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                    $"round {round}: {without:F0} ns a join without, {with:F0} with; {away} of {Joins:N0} taken for old ones "
                    + $"({100.0 * away / Joins:F2} %)"));
        }
    }

    private static Book Make(long orders, bool evicts)
    {
        var book = new Book(new BookOptions());
        if (evicts)
        {
            book.KeepOnlyOpen(orders);
        }

        for (long order = 1; order <= orders; order++)
        {
            long item = ItemOf(order);
            book.TryExecute(new Command { Operation = Operation.SoloBuy, Item = item, Buyer = order, Order = order, Quantity = 1 }, order,
                Absent.Order, out _);
            book.TryExecute(new Command { Operation = Operation.Ship, Item = item, Order = order }, order, Absent.Nothing, out _);
            book.EvictClosed(int.MaxValue, keep: 0);
            book.ForgetWritten(book.Batch);
            book.Events.Clear();
        }

        return book;
    }

    private static (double Nanoseconds, int Away) Measure(Book book, long first)
    {
        var commands = new Command[Batch];
        var keys = new CommandKey[Batch];
        int away = 0;
        long startedAt = Stopwatch.GetTimestamp();
        for (long at = first; at < first + Joins; at += Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                commands[i] =
                    new Command { Operation = Operation.QuickJoin, Item = ItemOf(at + i), Buyer = at + i, Order = at + i, Quantity = 1 };
                keys[i] = commands[i].Key;
            }

            book.Prefetch(keys);
            foreach (ref readonly Command command in commands.AsSpan())
            {
                if (book.TryExecute(command, first, Absent.Nothing, out _) != Away.Nothing)
                {
                    away++;
                    book.TryExecute(command, first, Absent.Order, out _);
                }
            }

            book.Events.Clear();
        }

        return (Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds / Joins, away);
    }

    private static long ItemOf(long order) => 1 + (long)((ulong)(order * -7046029254386353131L) % (ulong)Items);
}
