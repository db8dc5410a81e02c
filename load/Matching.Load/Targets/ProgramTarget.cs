using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Matching.Core;

namespace Matching.Load.Targets;

/// <summary>
/// <c>matching run</c> as a child process, which may be killed and started again: what was not answered is sent again after the start, as a
/// shop would (R35, R38). Requests made meanwhile wait. Any thread.
/// </summary>
internal sealed class ProgramTarget : IRestartable
{
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<long, Pending> _pending = new();
    private readonly StringBuilder _line = new();
    private readonly List<long> _startsMs = [];
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private bool _serving;
    private long _id;

    private ProgramTarget(string directory) => _directory = directory;

    /// <summary>Requests sent a second time after a kill.</summary>
    public long SentAgain { get; private set; }

    /// <summary>From launch to its first line.</summary>
    public IReadOnlyList<long> StartsMs => _startsMs;

    /// <summary>Starts the program on a directory.</summary>
    /// <exception cref="IOException">It did not start; the message has what it said.</exception>
    public static async Task<ProgramTarget> OpenAsync(string directory)
    {
        var target = new ProgramTarget(directory);
        await target.StartAsync();
        return target;
    }

    /// <summary>kill -9, and a new start on the same directory.</summary>
    public async Task KillAndStartAsync()
    {
        Process killed;
        lock (_lock)
        {
            _serving = false;
            killed = _process!;
            killed.Kill();
        }

        await killed.WaitForExitAsync();
        await _reading;
        killed.Dispose();
        await StartAsync();
    }

    public ValueTask<Answer> SendAsync(in Command command)
    {
        string op = char.ToLowerInvariant(command.Operation.ToString()[0]) + command.Operation.ToString()[1..];
        return Ask(string.Create(
            CultureInfo.InvariantCulture,
            $"\"op\":\"{op}\",\"item\":{command.Item},\"buyer\":{command.Buyer},\"order\":{command.Order},\"amount\":{command.Amount}"));
    }

    public async ValueTask<long> CountOpenTeamsAsync() => (await Ask("\"op\":\"counts\"")).Team;

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            await _reading;
            process.Dispose();
        }
    }

    private ValueTask<Answer> Ask(string fields)
    {
        long id = Interlocked.Increment(ref _id);
        var pending = new Pending($"{{\"id\":{id.ToString(CultureInfo.InvariantCulture)},{fields}}}");
        _pending[id] = pending;
        lock (_lock)
        {
            if (_serving && !pending.Sent)
            {
                Write(pending);
            }
        }

        return new ValueTask<Answer>(pending.Task);
    }

    private async Task StartAsync()
    {
        long startedAt = Stopwatch.GetTimestamp();
        string program = Path.Combine(AppContext.BaseDirectory, "matching.dll");
        Process process = Process.Start(new ProcessStartInfo(DotNet.Path, [program, "run", "--data", _directory])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        })!;
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, e) => said.AppendLine(e.Data);
        process.BeginErrorReadLine();
        if (await process.StandardOutput.ReadLineAsync() is not { } ready || !ready.StartsWith("{\"ready\":true", StringComparison.Ordinal))
        {
            await process.WaitForExitAsync();
            throw new IOException($"matching run --data {_directory} did not start: {said}");
        }

        _startsMs.Add((long)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
        lock (_lock)
        {
            // What waits was sent to the killed program, or came while there was none.
            _process = process;
            _serving = true;
            _reading = Task.Run(() => ReadAsync(process));
            foreach ((_, Pending pending) in _pending.ToArray().OrderBy(one => one.Key))
            {
                SentAgain += pending.Sent ? 1 : 0;
                Write(pending);
            }
        }
    }

    private void Write(Pending pending)
    {
        pending.Sent = true;
        _line.Clear().Append(pending.Line).Append('\n');
        try
        {
            _process!.StandardInput.Write(_line);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Killed between two lines: it is sent again after the next start.
            _serving = false;
        }
    }

    private async Task ReadAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (TryRead(line, out long id, out Answer answer) && _pending.TryRemove(id, out Pending? pending))
            {
                pending.SetResult(answer);
            }
        }
    }

    /// <summary>Reads a reply; a line cut off by the kill is none. Counts give the open teams as the team.</summary>
    private static bool TryRead(string line, out long id, out Answer answer)
    {
        answer = default;
        id = 0;
        JsonElement json;
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException)
        {
            return false;
        }

        id = json.GetProperty("id").GetInt64();
        answer.Ok = json.GetProperty("ok").GetBoolean();
        answer.Outcome = Enum.TryParse(json.GetProperty("outcome").GetString(), out Outcome outcome) ? outcome : Outcome.None;
        answer.Repeated = json.TryGetProperty("repeated", out _);
        answer.Team = json.TryGetProperty("team", out JsonElement team) || json.TryGetProperty("teamsOpen", out team) ? team.GetInt64() : 0;
        answer.Order = json.TryGetProperty("order", out JsonElement order) && order.TryGetId(out long key) ? key : 0;
        return true;
    }

    private sealed class Pending(string line) : TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Line => line;

        public bool Sent { get; set; }
    }
}
