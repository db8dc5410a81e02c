using System.Globalization;

namespace Matching.Benchmarks.Servers;

/// <summary>Redis on loopback with an append-only file, joins by a Lua script, pipelined over a few connections.</summary>
internal sealed class RedisPeer : IDisposable
{
    private const int Connections = 4;
    private const int Pipelined = 256;

    private readonly string _directory = Ratios.Running.NewDirectory();
    private readonly ServerProcess _server;
    private readonly RespClient[] _clients;
    private readonly string _script;
    private long _orders;
    private long _formed;

    public RedisPeer(string program, string fsync)
    {
        int port = ServerProcess.FreePort();
        _server = new ServerProcess(
            program, "--port", $"{port}", "--bind", "127.0.0.1", "--dir", _directory, "--appendonly", "yes", "--appendfsync", fsync,
                "--save", "");
        _server.WaitFor(port);
        _clients = [.. Enumerable.Range(0, Connections).Select(_ => new RespClient(port))];
        _clients[0].Write("SCRIPT", "LOAD", RedisJoin.Script);
        _clients[0].Flush();
        _script = _clients[0].Read();
    }

    /// <summary>So many joins of new orders, items drawn evenly.</summary>
    public void Join(int joins, int items) => Parallel.ForEach(
        _clients, new ParallelOptions { MaxDegreeOfParallelism = Connections }, client => Join(client, joins / Connections, items));

    /// <summary>Redis' own count of formed teams must be that of the answers, and a repeat must be one.</summary>
    public void Check()
    {
        _clients[0].Write("GET", "formed");
        _clients[0].Write("EVALSHA", _script, "1", "1", "1", "check", "1700000000000");
        _clients[0].Write("EVALSHA", _script, "1", "1", "1", "check", "1700000000000");
        _clients[0].Flush();
        long formed = long.Parse(_clients[0].Read(), CultureInfo.InvariantCulture);
        string first = _clients[0].Read();
        string again = _clients[0].Read();
        if (formed != _formed || (first is "1" or "3" && !string.Equals(again, "1" + first, StringComparison.Ordinal)))
        {
            throw new InvalidOperationException(
                $"{_formed} teams were answered as formed; Redis counts {formed}, and answers {first} and then {again}");
        }
    }

    public void Dispose()
    {
        foreach (RespClient client in _clients)
        {
            client.Dispose();
        }

        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Join(RespClient client, int joins, int items)
    {
        long order = Interlocked.Add(ref _orders, joins) - joins;
        var random = new Random((int)order);
        for (int done = 0; done < joins; done += Pipelined)
        {
            int batch = Math.Min(Pipelined, joins - done);
            for (int i = 0; i < batch; i++)
            {
                string id = (++order).ToString(CultureInfo.InvariantCulture);
                client.Write(
                    "EVALSHA", _script, "1", random.Next(1, items + 1).ToString(CultureInfo.InvariantCulture), id, id, "1700000000000");
            }

            client.Flush();
            for (int i = 0; i < batch; i++)
            {
                string outcome = client.Read();
                Interlocked.Add(ref _formed,
                    outcome switch { "3" => 1, "1" => 0, _ => throw new InvalidOperationException($"Redis answered {outcome}") });
            }
        }
    }
}
