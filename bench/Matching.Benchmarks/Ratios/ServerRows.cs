using Matching.Benchmarks.Servers;

namespace Matching.Benchmarks.Ratios;

/// <summary>Durable joins beside real servers on the same machine, on the same traffic: 1 k items, new orders, new buyers.</summary>
internal static class ServerRows
{
    private const int Items = 1_000;
    private const int JoinsARound = 1 << 19;
    private const int ServerRounds = 3;
    private const int Batch = 2048;

    public static IEnumerable<Row> Redis(Length length)
    {
        foreach (string fsync in new[] { "everysec", "always" })
        {
            string measure = $"durable, batch call, 1 k items (joins/s) / Redis Lua, append-only file {fsync}, pipelined";
            if (ServerProcess.Find("redis-server") is not { } program)
            {
                yield return Missing(measure, 20, "redis-server");
                continue;
            }

            using var peer = new RedisPeer(program, fsync);
            yield return Beside(measure, 20, joins => peer.Join(joins, Items), 1 << 15);
            peer.Check();
        }
    }

    public static IEnumerable<Row> Postgres(Length length)
    {
        const string Measure = "durable, batch call, 1 k items (joins/s) / PostgreSQL, row locks with SKIP LOCKED, batches";
        if (ServerProcess.Find("initdb") is not { } program)
        {
            yield return Missing(Measure, 100, "postgresql");
            yield break;
        }

        using var peer = new PostgresPeer(program);
        yield return Beside(Measure, 100, joins => peer.Join(joins, Items), 1 << 13);
        peer.Check();
    }

    private static Row Missing(string measure, int goal, string package) =>
        new(measure, null, null, $"≥ {goal}", Met: false, $"skipped: {package} is not installed (apt-get install {package})");

    private static Row Beside(string measure, int goal, Action<int> join, int joinsARound)
    {
        using var running = new Running(Running.NewDirectory());
        var callers = new Callers(running.Engine, Items);
        callers.JoinBatches(4, JoinsARound, Batch);
        join(joinsARound);
        (double ours, double theirs) = Rounds.Medians(
            ServerRounds,
            () => Rounds.Rate(JoinsARound, () => callers.JoinBatches(4, JoinsARound, Batch)),
            () => Rounds.Rate(joinsARound, () => join(joinsARound)));
        callers.Check();
        return new Row(measure, ours, theirs, $"≥ {goal}", ours >= goal * theirs,
            "the disk and two cores are shared with the peer's server, which idles meanwhile; ours is limited as in its own row");
    }
}
