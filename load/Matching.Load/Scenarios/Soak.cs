using System.Globalization;
using Matching.Core;
using Matching.Engine;
using Matching.Host.Cli;
using Matching.Host.Generate;
using Matching.Storage;

namespace Matching.Load.Scenarios;

/// <summary>
/// <c>soak</c>: days of teams forming and expiring, holds ending, refunds owed and paid back, in compressed time on a manual clock. What is
/// alive must stay within bounds that follow from the load and the rules; memory, handles and disk are shown over the run. With the order
/// ledger everything that forms is shipped as well, so that no more than a day's orders are alive, and memory is bound by those.
/// </summary>
internal sealed class Soak
{
    /// <summary>Virtual time of one round of commands.</summary>
    private const long RoundMs = 600_000;
    private const int RoundsPerSample = 6;
    private const int PerRound = 2_000;
    private const int Items = 400;

    // Rows of orders and teams with their indexes: some 125 bytes an order were measured; tables double while they grow.
    private const long BytesPerOrder = 400;
    private const long BaseBytes = 96L << 20;

    // Beside the order ledger: its pages and index, the projection's copy of what is alive, and of every order ever its places in two
    // filters and an index that is read back beside itself, of every team one in the directory.
    private const long LedgerBaseBytes = 256L << 20;
    private const long LedgerBytesPerOrder = 32;
    private const long CheckpointEvents = 200_000;

    // Segments are opened, made ahead and closed by the journal as it grows: a few more or fewer at any moment.
    private const int HandlesToAndFro = 8;

    // The ledger's store opens each file of records (256 MiB) some dozens of times, once and for good.
    private const int HandlesARecordFile = 48;

    private readonly MatchingEngine _engine;
    private readonly string? _directory;
    private readonly Shipping? _shipping;
    private readonly Xoshiro256 _random;
    private readonly Command[] _commands = new Command[PerRound];
    private readonly Answer[] _answers = new Answer[PerRound];
    private readonly Queue<(long Item, long Order)> _holds = new();
    private readonly Queue<(long Item, long Order)> _formed = new();
    private readonly List<double>[] _points = [[], [], [], [], [], []];
    private readonly List<long> _ordersAt = [];
    private readonly List<string> _wrong = [];
    private long _order;
    private long _nowMs = 1_700_000_000_000;

    private Soak(MatchingEngine engine, string? directory, LoadOptions options)
    {
        _engine = engine;
        _directory = directory;
        _shipping = options.OrderLedger ? new Shipping(engine) : null;
        _random = new Xoshiro256(options.Seed);
    }

    /// <summary>Runs <see cref="LoadOptions.Seconds"/> times two virtual hours.</summary>
    public static async Task<RunResult> RunAsync(LoadOptions options)
    {
        string? directory = Loading.DirectoryOf(options, "soak");
        int rounds = 12 * options.Seconds;
        string about = string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds * RoundMs / 86_400_000.0:N1} days of {PerRound:N0} commands in every 10 minutes, on a manual clock: joins, holds "
                + $"paid and unpaid, shipping, expiry, refunds{(options.OrderLedger ? "; what closed goes to the order ledger" : "")}");
        RunResult result;
        MatchingOptions engineOptions = Loading.Engine(options, directory) with { ManualClock = true };
        MatchingEngine engine = await Loading.OpenAsync(!options.OrderLedger ? engineOptions : engineOptions with
        {
            // Small, so that all of it turns over many times.
            Ledger = true,
            LedgerCheckpointEvents = CheckpointEvents,
            SegmentBytes = 4 << 20,
            SnapshotBytes = 8 << 20,
        });
        await using (engine)
        {
            Screen.Note("soak: " + about);
            var soak = new Soak(engine, directory, options);
            await soak.RunAsync(rounds);
            result = soak.Result(about);
            Loading.TellEngine(result, options, engine);
        }

        await Loading.VerifyAsync(result, options with { Url = null }, directory);
        return result;
    }

    private async Task RunAsync(int rounds)
    {
        for (int round = 1; round <= rounds; round++)
        {
            Fill();
            await _engine.ExecuteBatchAsync(_commands, _answers);
            foreach (Answer answer in _answers.Where(answer => answer.Outcome is Outcome.Held or Outcome.Formed))
            {
                (answer.Outcome == Outcome.Held ? _holds : _formed).Enqueue((answer.Item, answer.Order));
            }

            _nowMs += RoundMs;
            await _engine.AdvanceAsync(_nowMs);
            if (_shipping is not null)
            {
                await _shipping.ShipAllAsync(_nowMs);
            }

            await PayBackAsync();
            if (round % RoundsPerSample == 0)
            {
                await SampleAsync();
            }
        }

        if (_shipping is not null)
        {
            // A busy machine may have left none to their loop, which goes behind all others: there is one to verify.
            await _engine.SnapshotAsync();
        }
    }

    private void Fill()
    {
        for (int i = 0; i < PerRound; i++)
        {
            ulong kind = _random.Below(100);
            var command = new Command
            {
                Operation = Operation.QuickJoin,
                Item = 1 + (long)_random.Below(Items),
                Buyer = 1 + (long)_random.Below(1_000_000),
                Order = ++_order,
                Amount = 1990,
                At = _nowMs + (i * RoundMs / PerRound),
            };
            if (kind < 20)
            {
                command.Operation = Operation.Hold;
            }
            else if (kind < 35 && _holds.TryDequeue(out var hold))
            {
                // A third of the holds is never paid.
                command.Operation = kind < 30 ? Operation.Pay : Operation.Release;
                (command.Item, command.Order) = hold;
            }
            else if (kind < 40)
            {
                // An open team of its own that nobody may find: it expires.
                command.Operation = Operation.OpenTeam;
                command.InviteOnly = true;
            }
            else if (kind < 45)
            {
                command.Operation = Operation.SoloBuy;
            }
            else if (kind < 65 && _formed.TryDequeue(out var formed))
            {
                command.Operation = Operation.Ship;
                (command.Item, command.Order) = formed;
            }

            _commands[i] = command;
        }
    }

    /// <summary>The payment system: every refund owed goes back (R37).</summary>
    private async Task PayBackAsync()
    {
        while (await _engine.RefundsOwedAsync(PerRound) is { Count: > 0 } owed)
        {
            var done = new Command[owed.Count];
            for (int i = 0; i < done.Length; i++)
            {
                done[i] = new Command { Operation = Operation.RefundDone, Item = owed[i].Item, Order = owed[i].Order, At = _nowMs };
                RefundKey.Name(ref done[i], owed[i].Key);
            }

            await _engine.ExecuteBatchAsync(done, new Answer[done.Length]);
        }
    }

    private async Task SampleAsync()
    {
        if (_shipping is not null && _engine.Health.LedgerLag > CheckpointEvents)
        {
            // Compressed time leaves none to the ledger's loop, which goes behind all others: an hour of the wall would.
            await _engine.SnapshotAsync();
        }

        Counts counts = await _engine.CountAsync();
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        long handles = OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Length : 0;
        (double all, double archive, double ledger) = (DiskOf(""), DiskOf("archive"), DiskOf("ledger"));
        double[] point = [counts.TeamsOpen, heap / 1048576.0, handles, all, Environment.WorkingSet / 1048576.0, all - archive - ledger];
        _ordersAt.Add(_order);
        for (int i = 0; i < point.Length; i++)
        {
            _points[i].Add(point[i]);
        }

        // A team lives 24 h (R3), so all open ones were opened by commands of that time; a member waits in an open team (R41).
        long inADay = PerRound * 86_400_000L / RoundMs;
        Bound("open teams", counts.TeamsOpen, inADay);
        Bound("orders waiting", counts.Waiting, 3 * counts.TeamsOpen);
        Bound("refunds owed, all paid back a moment ago", counts.RefundOwed, 0);
        Bound("requests in flight", _engine.Health.RequestsInFlight, 0);
        Bound("handles", handles, (long)_points[2][0] + HandlesToAndFro + (HandlesARecordFile * RecordFiles()));
        Bound("bytes of managed memory", heap, _shipping is null
            ? BaseBytes + (BytesPerOrder * _order)
            : LedgerBaseBytes + (2 * BytesPerOrder * (counts.Waiting + CheckpointEvents)) + (LedgerBytesPerOrder * _order));
        Screen.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"day {_points[0].Count * RoundsPerSample * RoundMs / 86_400_000.0,6:N2}: {counts.TeamsOpen,8:N0} teams open, {point[1],7:N1} "
                + $"MB, {handles,4} handles, {point[4],7:N0} MB resident, {point[3],7:N0} MB on disk, of these {archive:N0} archive and "
                + $"{ledger:N0} ledger, {_order,10:N0} orders ever"));
    }

    private void Bound(string name, long value, long most)
    {
        if (value > most)
        {
            _wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {value:N0}, at most {most:N0} (sample {_points[0].Count})"));
        }
    }

    private RunResult Result(string about)
    {
        var result = new RunResult("soak", about);
        result.Facts.Add(("orders ever", _order.ToString("N0", CultureInfo.InvariantCulture)));
        result.Facts.Add(("open teams, first and last sample", Ends(0, "N0")));
        result.Facts.Add(("managed memory, MB", Ends(1, "N1")));
        result.Facts.Add(("handles", Ends(2, "N0")));
        result.Facts.Add(("MB resident", Ends(4, "N0")));
        result.Facts.Add(("MB on disk", Ends(3, "N0")));
        result.Facts.Add(("MB of segments and snapshots", Ends(5, "N0")));
        result.Facts.Add(("bytes of memory an order, from first to last sample", PerOrder(0).ToString("N0", CultureInfo.InvariantCulture)));
        result.Facts.Add(
            ("bytes of memory an order, in the second half", PerOrder(_ordersAt.Count / 2).ToString("N0", CultureInfo.InvariantCulture)));
        result.Checks.Add(new Check("live state within its bounds", _wrong.Count == 0,
            _wrong.Count == 0 ? $"{_points[0].Count} samples" : string.Join("; ", _wrong.Take(5))));
        (string Title, string Unit)[] titles = [("Open teams", ""), ("Managed memory", "MB"), ("Handles", ""), ("Disk", "MB"),
            ("Resident memory", "MB"), ("Segments and snapshots", "MB")];
        for (int i = 0; i < titles.Length; i++)
        {
            result.Plots.Add(new Plot(titles[i].Title, titles[i].Unit, "virtual hours", [new Series(titles[i].Title, _points[i])]));
        }

        return result;
    }

    private string Ends(int series, string format) =>
        $"{_points[series][0].ToString(format, CultureInfo.InvariantCulture)} → "
            + $"{_points[series][^1].ToString(format, CultureInfo.InvariantCulture)}";

    private double PerOrder(int from) =>
        (_points[1][^1] - _points[1][from]) * 1048576 / Math.Max(1, _order - _ordersAt[from]);

    private double DiskOf(string folder)
    {
        string? path = _directory is null ? null : Path.Combine(_directory, folder);
        return !Directory.Exists(path) ? 0
            : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf) / 1048576.0;
    }

    private int RecordFiles()
    {
        string? path = _directory is null ? null : OrderLedger.DirectoryIn(_directory);
        return Directory.Exists(path) ? Directory.GetFiles(path, "records.log.*").Length : 0;
    }

    // Files come and go beside.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
