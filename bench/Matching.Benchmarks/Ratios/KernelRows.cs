using Matching.Benchmarks.Limits;
using Matching.Benchmarks.Peers;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Benchmarks.Ratios;

/// <summary>The book alone, one core, called synchronously: decide, apply, encode.</summary>
internal static class KernelRows
{
    private const int JoinsARound = 1 << 19;
    private const double MillionItemsGoal = 5e6;
    private const double ThousandItemsGoal = 12e6;

    /// <summary>
    /// Cache lines of the average join at team size 2, half of them opening and half forming. At random: a line of the item
    /// index, one of the order index, the item's row; for one that forms also the team's row and the leader's order.
    /// In a row, but new to the cache: the order's row, half a team's row.
    /// </summary>
    private const double LinesAtRandom = 4;
    private const double LinesInARow = 1.5;

    // By sampling (perf, 5 kHz) at 1 k items.
    private const string Instructions =
        "instructions, not memory, rule: of the samples looking up and deciding take 38 % (drawing the commands some 10 of them), opening "
            + "8 %, seating 7 %, "
        + "clearing new pages 5 %, forming 5 %, prefetching, encoding and the order index's growth 4 % each; whether a join opens or "
            + "forms is a coin no predictor guesses. "
        + "Tried and kept: large pages, no cleared locals, a directory without array heads, counts without a switch";

    public static IEnumerable<Row> AgainstMemory(Length length)
    {
        (Book book, JoinTraffic traffic) = Filled(1_000_000);
        var memory = new MemoryAccess(1024);
        (double joins, double look) = Rounds.Medians(
            length.Rounds, () => Rounds.Rate(JoinsARound, () => traffic.Run(book, JoinsARound, ahead: true)),
                () => memory.Independent(1 << 21));
        traffic.Check(book.CountAll());
        double limit = 1e9 / (look * (LinesAtRandom + LinesInARow));
        yield return new Row(
            "kernel, 1 M items, one core (joins/s) / independent-access limit of its 5.5 lines",
            joins,
            limit,
            "≥ 5 M/s; ≥ 0.7",
            joins >= MillionItemsGoal && joins >= 0.7 * limit,
            Instructions);
    }

    public static IEnumerable<Row> Hot(Length length)
    {
        (Book book, JoinTraffic traffic) = Filled(1_000);
        double joins = Rounds.Median(length.Rounds, () => Rounds.Rate(JoinsARound, () => traffic.Run(book, JoinsARound, ahead: true)));
        traffic.Check(book.CountAll());
        yield return new Row("kernel, 1 k items, one core (joins/s)", joins, null, "≥ 12 M/s", joins >= ThousandItemsGoal, Instructions);
    }

    public static IEnumerable<Row> AgainstPlain(Length length)
    {
        PlainCheck.Run(2);
        PlainCheck.Run(3);
        foreach (int items in new[] { 1_000, 1_000_000 })
        {
            (Book book, JoinTraffic ours) = Filled(items);
            var plain = new PlainBook(new BookOptions());
            var theirs = new JoinTraffic(items);
            var events = new EventBuffer();
            theirs.Run(plain, (int)ours.Joins, events);
            (double fast, double simple) = Rounds.Medians(
                length.Rounds,
                () => Rounds.Rate(JoinsARound, () => ours.Run(book, JoinsARound, ahead: true)),
                () => Rounds.Rate(JoinsARound, () => theirs.Run(plain, JoinsARound, events)));
            ours.Check(book.CountAll());
            theirs.Check(plain.CountAll());
            yield return new Row(
                $"kernel, {items:N0} items (joins/s) / plain .NET version, same rules, synchronous", fast, simple, "≥ 3",
                    fast >= 3 * simple, Instructions);
        }
    }

    public static IEnumerable<Row> WithCampaigns(Length length)
    {
        (Book with, JoinTraffic first) = Filled(1_000, campaigns: true);
        (Book without, JoinTraffic second) = Filled(1_000);
        (double offered, double free) = Rounds.Medians(
            length.Rounds,
            () => Rounds.Rate(JoinsARound, () => first.Run(with, JoinsARound, ahead: true)),
            () => Rounds.Rate(JoinsARound, () => second.Run(without, JoinsARound, ahead: true)));
        first.Check(with.CountAll());
        second.Check(without.CountAll());
        if (with.CountCampaign(1) is not { TeamsOpened: > 0 })
        {
            throw new InvalidOperationException("no join was counted for its campaign");
        }

        yield return new Row(
            "kernel, 1 k items, every item under a campaign (joins/s) / without campaigns", offered, free, "≥ 0.9", offered >= 0.9 * free,
            "the campaign's counts, sources, limits and quota are objects of their own; 0.68 before its look-ups were shortened, 0.74 to "
                + "0.94 since");
    }

    /// <summary>Every item met, most with an open team or one that was; the code compiled to the end.</summary>
    internal static (Book Book, JoinTraffic Traffic) Filled(int items, bool campaigns = false)
    {
        var book = new Book(new BookOptions());
        for (int item = 1; item <= items && campaigns; item++)
        {
            book.SetSchedule(new ItemSchedule(item, 1, MerchantKind.C2C, TermsOf(item), []));
        }

        var traffic = new JoinTraffic(items);
        traffic.Run(book, Math.Max(items * 2, 1 << 21), ahead: true);
        return (book, traffic);
    }

    private static CampaignTerms TermsOf(long item) => new()
    {
        Campaign = item,
        Version = 1,
        Merchant = 1 + (item % 100),
        Item = item,
        Enabled = true,
        StartMs = 1,
        EndMs = long.MaxValue / 2,
        TeamSize = 2,
        GroupPriceFen = 1990,
        SoloPriceFen = 2990,
        QuotaSeats = long.MaxValue / 2,
        HoldMs = 900_000,
    };
}
