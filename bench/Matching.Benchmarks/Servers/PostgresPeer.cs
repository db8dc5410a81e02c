using Npgsql;

namespace Matching.Benchmarks.Servers;

/// <summary>
/// PostgreSQL on loopback with its own defaults of durability (fsync, synchronous commit), joins in batches over a few connections.
/// </summary>
internal sealed class PostgresPeer : IDisposable
{
    private const int Connections = 2;
    private const int Batched = 512;

    private readonly string _directory = Ratios.Running.NewDirectory();
    private readonly ServerProcess _server;
    private readonly NpgsqlDataSource _source;
    private long _orders;
    private long _formed;

    public PostgresPeer(string initdb)
    {
        int port = ServerProcess.FreePort();
        string data = Path.Combine(_directory, "pg");

        // PostgreSQL refuses to run as root; its package brings a user of its own.
        string[] asUser = string.Equals(Environment.UserName, "root", StringComparison.Ordinal)
            ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : [];
        if (asUser.Length > 0)
        {
            ServerProcess.Run("/usr/bin/chown", "postgres", _directory);
        }

        string[] make = [.. asUser, initdb, "-D", data, "-A", "trust", "-U", "bench", "-E", "UTF8"];
        ServerProcess.Run(make[0], make[1..]);
        string[] serve =
        [
            .. asUser, Path.Combine(Path.GetDirectoryName(initdb)!, "postgres"), "-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-k", "",
            "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB",
        ];
        _server = new ServerProcess(serve[0], serve[1..]);
        _server.WaitFor(port);
        _source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=bench;Database=postgres;Timeout=15;Command Timeout=120");
        Execute(PostgresJoin.Schema);
    }

    /// <summary>So many joins of new orders, items drawn evenly.</summary>
    public void Join(int joins, int items) =>
        Parallel.For(
            0, Connections, new ParallelOptions { MaxDegreeOfParallelism = Connections }, _ => Join(joins / Connections, items, Batched));

    /// <summary>Every order in a team, no team with another number of orders than it says, as many formed as were answered.</summary>
    public void Check()
    {
        using NpgsqlCommand command = _source.CreateCommand(PostgresJoin.Check);
        using NpgsqlDataReader reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetInt64(0) != _orders || reader.GetInt64(1) != 0 || reader.GetInt64(2) != _formed)
        {
            throw new InvalidOperationException(
                $"{_orders} orders and {_formed} formed teams were answered; PostgreSQL has {reader.GetInt64(0)} and "
                    + $"{reader.GetInt64(2)}, and {reader.GetInt64(1)} teams are wrong");
        }
    }

    public void Dispose()
    {
        _source.Dispose();
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Execute(string sql)
    {
        using NpgsqlCommand command = _source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    private void Join(int joins, int items, int batch)
    {
        long order = Interlocked.Add(ref _orders, joins) - joins;
        var random = new Random((int)order);
        using NpgsqlConnection connection = _source.OpenConnection();
        for (int done = 0; done < joins; done += batch)
        {
            int count = Math.Min(batch, joins - done);
            long[] items64 = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(1, items + 1)).Order()];
            long[] orders = [.. Enumerable.Range(1, count).Select(i => order + i)];
            order += count;
            using var command = new NpgsqlCommand(PostgresJoin.Batch, connection);
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = items64 });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = orders });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = orders });
            using NpgsqlDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                int outcome = reader.GetInt32(0);
                Interlocked.Add(ref _formed,
                    outcome switch { 3 => 1, 1 => 0, _ => throw new InvalidOperationException($"PostgreSQL answered {outcome}") });
            }
        }
    }
}
