using System.Globalization;
using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>
/// Lives of a journal on a disk that fails at random: starts, appends, commits, turnovers, errors, kills, power losses, also in the
/// middle of a recovery. After each, everything committed must be there, in order, and nothing that was never appended (R38). A seed
/// repeats its run exactly.
/// </summary>
public sealed class CrashSimulation
{
    private const int Seeds = 250;

    // MATCHING_SEED=n runs that seed alone; MATCHING_SEEDS=n runs n of them.
    [Fact]
    public void Nothing_committed_is_ever_lost_and_nothing_is_invented()
    {
        int committed = 0;
        int first = Setting("MATCHING_SEED", -1);
        int count = first >= 0 ? 1 : Setting("MATCHING_SEEDS", Seeds);
        for (int seed = Math.Max(first, 0); seed < Math.Max(first, 0) + count; seed++)
        {
            try
            {
                committed += Run(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed} (repeat it with MATCHING_SEED={seed})", e);
            }
        }

        Assert.True(committed > 20 * count, $"{committed} events committed");
    }

    [Fact]
    public void A_seed_repeats_its_run()
    {
        Assert.Equal(Trace(3), Trace(3));
        Assert.False(string.Equals(Trace(3), Trace(4), StringComparison.Ordinal));
    }

    private static string Trace(int seed)
    {
        List<string> calls = [];
        Run(seed, (call, path) => calls.Add($"{call} {path}"));
        return string.Join('\n', calls);
    }

    private static int Run(int seed, Action<DiskCall, string>? trace = null)
    {
        Random random = new(seed);
        FaultyDisk disk = new(seed);
        Outside outside = new();
        for (int life = 0; life < 8; life++)
        {
            int failing = disk.Calls + random.Next(random.Next(2) == 0 ? 60 : 400);
            DiskFault fault = (DiskFault)random.Next(1, 7);
            fault = fault == DiskFault.Lost ? DiskFault.PowerLoss : fault;
            disk.Fault = (number, call, path) =>
            {
                trace?.Invoke(call, path);
                return number == failing ? fault : DiskFault.None;
            };
            Live(disk, outside, random);
            switch (random.Next(3))
            {
                case 0:
                    disk.LosePower();
                    break;
                default:
                    disk.Restart();
                    break;
            }
        }

        disk.Fault = null;
        using SegmentJournal last = Simulated.Open(disk);
        outside.Check(last);
        return outside.Committed;
    }

    private static void Live(FaultyDisk disk, Outside outside, Random random)
    {
        SegmentJournal? journal = null;
        try
        {
            if (random.Next(3) == 0 && disk.DirectoryExists(Simulated.Directory)
                && disk.FileExists($"{Simulated.Directory}/{JournalDirectory.MarkerName}"))
            {
                ReadOnlyJournal.Open(Simulated.Directory, disk);
            }

            journal = Simulated.OpenGrowing(disk, random.Next(5, 12) * Page.Bytes);
            outside.Check(journal);
            for (int commits = random.Next(12); commits > 0; commits--)
            {
                for (int appends = random.Next(4); appends > 0; appends--)
                {
                    outside.Append(journal, random.Next(1, 90), random.Next(16, 92));
                }

                outside.Commit(journal);
            }

            if (random.Next(2) == 0)
            {
                outside.Append(journal, 1, 16);
            }

        }
        catch (JournalException)
        {
            // The engine stops here, orderly or not.
        }

        if (random.Next(3) == 0)
        {
            Stop(journal);
        }
    }

    private static void Stop(SegmentJournal? journal)
    {
        try
        {
            journal?.Dispose();
        }
        catch (JournalException)
        {
            // No closing block, then.
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : otherwise;
}
