using Matching.Core;
using Matching.Engine;
using Matching.Kit.Disks;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>
/// A data directory whose journal and whose snapshots each hold at least 64 KiB, left by an engine that was killed. Each byte of each file
/// is changed and each file is cut at each length, one at a time; then an engine starts there, and everything is read. That must be refused
/// or be as it was.
/// </summary>
public sealed class EveryByte
{
    private const int PageBytes = 4096;
    private const int SubjectBytes = 64 << 10;
    private const int Items = 40;

    // One command in two or so makes an order; a page of the journal takes as many as are asked at once. Most of it in the first life.
    private const int Together = 50;
    private static readonly int[] s_rounds = [22, 3];

    // Bytes never written, and those of a snapshot that no start looks at, are all the same to it.
    private const int IdleStride = 64;

    // An amount and an order that stand nowhere else.
    private const long Marked = 1_234_567, MarkedOrder = 1_000_000;

    private readonly FaultyDisk _disk = new(1);
    private readonly (ulong State, ulong Events) _whole;

    /// <summary>Makes the directory.</summary>
    public EveryByte()
    {
        var commands = new RandomCommands(5, 1_700_000_000_000, Items);
        ulong state = 0;
        for (int life = 0; life < 2; life++)
        {
            var (loops, engine, _) = Open(_disk);
            Answer(loops, engine, [new Command { Operation = Operation.SoloBuy, Item = 1, Buyer = 1, Order = MarkedOrder + (8 * life),
                Amount = Marked, Quantity = 1 }]);
            for (int round = 0; round < s_rounds[life]; round++)
            {
                Answer(loops, engine, commands.Take(Together));
                if (round == s_rounds[life] - 2)
                {
                    loops.Run(engine.SnapshotAsync());
                }
            }

            state = loops.Run(engine.StateHashAsync());
            if (life == 0)
            {
                loops.Run(engine.DisposeAsync());
            }

            _disk.Restart();
        }

        (_, (ulong State, ulong? Events)? found, _) = Start(_disk.Copy());
        _whole = (found!.Value.State, found.Value.Events!.Value);
        SimulationException.Unless(_whole.State == state, $"R38: the state after a kill has hash {_whole.State:x}, and had {state:x}");
    }

    /// <summary>Every so many bytes and lengths of every file.</summary>
    /// <param name="stride">1 for all.</param>
    public EveryByteReport Run(int stride)
    {
        var report = new EveryByteReport();
        string newest = _disk.Paths.Last(path => path.EndsWith(".snap", StringComparison.Ordinal));
        foreach (string path in _disk.Paths.Where(path => !path.EndsWith("lock", StringComparison.Ordinal)))
        {
            byte[] whole = _disk.BytesOf(path);
            report.Files.Add(path, whole.Length);
            int written = path.EndsWith(".snap", StringComparison.Ordinal)
                && !string.Equals(path, newest, StringComparison.Ordinal) ? 0 : whole.AsSpan().LastIndexOfAnyExcept((byte)0) + PageBytes;
            for (int at = report.Files.Count % stride; at < whole.Length; at += at < written ? stride : Math.Max(stride, IdleStride))
            {
                byte[] bytes = [.. whole];
                bytes[at] ^= (byte)(1 << (at % 8));
                Add(path, bytes, cut: false, $"{path}, byte {at}, bit {at % 8}");
                Add(path, whole[..at], cut: true, $"{path}, cut at {at}");
            }
        }

        SimulationException.Unless(
            report.Files.Where(file => file.Key.EndsWith(".snap", StringComparison.Ordinal)).All(file => file.Value >= SubjectBytes)
            && UsedPages() * PageBytes >= SubjectBytes,
            $"the journal has {UsedPages()} pages, and it or a snapshot less than {SubjectBytes} bytes");
        return report;

        void Add(string path, byte[] bytes, bool cut, string where) => report.Add(Try(path, bytes, where), cut, where);
    }

    /// <summary>
    /// The control: an event, or a snapshot's row, changed under checksums that were made anew. Nothing can tell, and this must.
    /// </summary>
    public IReadOnlyList<Found> RunForged()
    {
        FaultyDisk journal = _disk.Copy();
        foreach (string path in journal.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)))
        {
            byte[] bytes = journal.BytesOf(path);
            for (int page = PageBytes; page < bytes.Length; page += PageBytes)
            {
                Damage.ForgeOrder(bytes.AsSpan(page, PageBytes), MarkedOrder + 8);
            }

            journal.Replace(path, bytes);
        }

        FaultyDisk snapshot = _disk.Copy();
        PlantedDefects.ChangeNumber(snapshot, Marked);
        return [Judge(journal), Judge(snapshot)];
    }

    private int UsedPages() => _disk.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)).Sum(path =>
    {
        byte[] bytes = _disk.BytesOf(path);
        return Enumerable.Range(0, bytes.Length / PageBytes).Count(page => bytes[page * PageBytes] != 0);
    });

    private Found Try(string path, byte[] bytes, string where)
    {
        FaultyDisk disk = _disk.Copy();
        disk.Replace(path, bytes);
        try
        {
            return Judge(disk);
        }
        catch (Exception e)
        {
            throw new SimulationException($"{where}: neither refused nor served: {e.Message}", e);
        }
    }

    private Found Judge(FaultyDisk disk)
    {
        (bool opened, (ulong State, ulong? Events)? found, bool told) = Start(disk);
        return !opened ? Found.Refused
            : found!.Value.State != _whole.State || (found.Value.Events is { } events && events != _whole.Events) ? Found.Silent
            : told ? Found.Told
            : found.Value.Events is null ? Found.RefusedToReaders : Found.Harmless;
    }

    private static void Answer(SteppedLoops loops, MatchingEngine engine, Command[] commands)
    {
        Task<Answer>[] answers = [.. commands.Select(command => engine.ExecuteAsync(command).AsTask())];
        loops.RunUntilIdle();
        SimulationException.Unless(answers.All(answer => answer.IsCompletedSuccessfully), $"a command was not answered");
    }

    // Refused is a start that says why; anything else that is thrown is a failure of this campaign.
    private static (bool Opened, (ulong State, ulong? Events)? Found, bool Told) Start(FaultyDisk disk)
    {
        SteppedLoops loops;
        MatchingEngine engine;
        List<string> warnings;
        IJournal? journal = null;
        try
        {
            (loops, engine, warnings) = Open(disk, opened => journal = opened);
        }
        catch (JournalException)
        {
            return (false, null, false);
        }

        ulong? events = HashOf(journal!);
        ulong state = loops.Run(engine.StateHashAsync());
        loops.Run(engine.DisposeAsync());
        return (true, (state, events), warnings.Exists(warning => warning.Contains("is broken", StringComparison.Ordinal)));
    }

    // Null where a reader is refused.
    private static ulong? HashOf(IJournal journal)
    {
        var hash = new RunHash();
        try
        {
            using IJournalReader reader = journal.Read(0);
            while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events))
            {
                hash.Add(first);
                hash.Add(count);
                hash.Add((long)RunHash.Of(events.Span));
            }

            return hash.Value;
        }
        catch (JournalException)
        {
            return null;
        }
    }

    private static (SteppedLoops Loops, MatchingEngine Engine, List<string> Warnings) Open(FaultyDisk disk, Action<IJournal>? opened = null)
    {
        var loops = new SteppedLoops();
        List<string> warnings = [];
        var options = new MatchingOptions
        {
            DataDirectory = Machine.Directory,
            Disk = disk,
            TimeProvider = new SteppedTime(1_700_000_000_000),
            Scheduling = loops.Scheduling,
            ManualClock = true,
            Shards = 1,
            Lists = false,
            LeastSegmentBytes = 4 * PageBytes,
            SegmentBytes = SubjectBytes * 7 / 4,
            SnapshotBytes = 0,
            DiskReserveBytes = 0,
            Warned = warnings.Add,
            WrapJournal = journal =>
            {
                opened?.Invoke(journal);
                return journal;
            },
        };
        return (loops, loops.Run(MatchingEngine.OpenAsync(options)), warnings);
    }
}
