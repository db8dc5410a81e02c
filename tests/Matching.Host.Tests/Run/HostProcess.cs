using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>The real program, <c>matching run</c>, driven from outside over its standard input and output.</summary>
internal sealed class HostProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private HostProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        start.StandardOutputEncoding = start.StandardErrorEncoding = Encoding.UTF8;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(e.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>The path of the program's assembly; it stands beside the tests.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "matching.dll");

    /// <summary>The command that runs .NET programs here.</summary>
    public static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The first line.</summary>
    public JsonElement Ready { get; private set; }

    /// <summary>Process id, for signals.</summary>
    public int Id => _process.Id;

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    /// <summary>What it said on standard error so far; all of it once it has ended.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts it and waits for its first line.</summary>
    public static HostProcess Serve(string directory, params string[] more)
    {
        HostProcess host = Start(directory, more);
        string? first = host.ReadLine();
        if (first is null)
        {
            host.WaitForEnd();
            Assert.Fail($"the host did not start: {host.Errors}");
        }

        host.Ready = JsonSerializer.Deserialize<JsonElement>(first!);
        Assert.True(host.Ready.GetProperty("ready").GetBoolean());
        return host;
    }

    /// <summary>Starts it, expecting nothing.</summary>
    public static HostProcess Start(string directory, params string[] more) =>
        Launch(DotNet, [Program, "run", "--data", directory, .. more]);

    /// <summary>Starts any command.</summary>
    public static HostProcess Launch(string command, string[] arguments) => new(new ProcessStartInfo(command, arguments));

    /// <summary>Sends one line and reads one; they belong together when nothing else is on its way.</summary>
    public string Ask(string line)
    {
        Input.WriteLine(line);
        Input.Flush();
        return ReadLine() ?? throw new InvalidOperationException($"the host ended instead of answering {line}: {Errors}");
    }

    /// <summary>Sends all lines without waiting for any answer, and reads as many replies, in the order they come.</summary>
    public IReadOnlyList<string> Exchange(IReadOnlyList<string> lines)
    {
        Task sending = Task.Run(() =>
        {
            foreach (string line in lines)
            {
                Input.Write(line);
                Input.Write('\n');
            }

            Input.Flush();
        });
        var replies = new List<string>(lines.Count);
        while (replies.Count < lines.Count)
        {
            replies.Add(ReadLine() ?? throw new InvalidOperationException(
                $"the host ended after {replies.Count} of {lines.Count} replies: {Errors}"));
        }

        Assert.True(sending.Wait(Patience));
        return replies;
    }

    /// <summary>As <see cref="Exchange"/>, for lines without an id.</summary>
    /// <returns>Each line's own reply, whatever order they came in.</returns>
    public JsonElement[] Pump(IEnumerable<string> lines)
    {
        string[] numbered = [.. lines.Select((line, id) => $"{{\"id\":{id},{line.AsSpan(1)}")];
        var replies = new JsonElement[numbered.Length];
        foreach (string line in Exchange(numbered))
        {
            JsonElement reply = JsonSerializer.Deserialize<JsonElement>(line);
            int id = reply.GetProperty("id").GetInt32();
            Assert.Equal(JsonValueKind.Undefined, replies[id].ValueKind);
            replies[id] = reply;
        }

        return replies;
    }

    public string? ReadLine()
    {
        ValueTask<string?> line = Output.ReadLineAsync(CancellationToken.None);
        if (line.IsCompletedSuccessfully)
        {
            return line.Result;
        }

        Task<string?> waited = line.AsTask();
        Assert.True(waited.Wait(Patience), $"no reply within {Patience}");
        return waited.Result;
    }

    /// <summary>Ends the input, and reads what is left.</summary>
    /// <returns>The exit code.</returns>
    public int End()
    {
        Input.Close();
        return WaitForEnd();
    }

    /// <summary>Waits until it has ended and nothing more is said.</summary>
    public int WaitForEnd()
    {
        Assert.True(_process.WaitForExit(Patience), $"still running after {Patience}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, Id.ToString(null, null)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
