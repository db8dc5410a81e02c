using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Matching.Host.Cli;

namespace Matching.Load.Targets;

/// <summary>
/// A storefront as a child process of this one: keys made for the run, a free port of the loopback that it keeps over its starts, a data
/// directory of its own. May be killed and started again. Not for several threads, but for <see cref="Serving"/> and <see cref="Starts"/>.
/// </summary>
internal sealed partial class ShopProgram : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const string Listening = "Now listening on";

    private readonly string _program;
    private readonly string _directory;
    private readonly StringBuilder _said = new();
    private Process? _process;
    private TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ShopProgram(string program, string directory, int port)
    {
        _program = Path.GetFullPath(program);
        _directory = Path.GetFullPath(directory);
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
    }

    public Uri Url { get; }

    /// <summary>A back end's key: role buyer, id 0.</summary>
    public string Key { get; } = NewKey();

    /// <summary>An operator's key.</summary>
    public string OperatorKey { get; } = NewKey();

    /// <summary>How long each start took, from launch to listening, in ms.</summary>
    public List<long> StartsMs { get; } = [];

    /// <summary>How often it was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Ends once it serves; not ended between a kill and the next start.</summary>
    public Task Serving => Volatile.Read(ref _serving).Task;

    private int _starts;

    /// <summary>Starts it.</summary>
    /// <param name="program">Matching.Storefront.dll.</param>
    /// <param name="directory">The data directory: new, or left by an earlier life.</param>
    /// <exception cref="IOException">It did not start; the message has what it said.</exception>
    public static async Task<ShopProgram> OpenAsync(string program, string directory)
    {
        if (!File.Exists(program))
        {
            throw new UsageException(
                $"--shop '{program}' does not exist: build src/Matching.Storefront and name its Matching.Storefront.dll");
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var shop = new ShopProgram(program, directory, port);
        await shop.StartAsync();
        return shop;
    }

    /// <summary>kill -9, and a new start on the same directory and port.</summary>
    public async Task KillAndStartAsync()
    {
        Volatile.Write(ref _serving, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Process killed = _process!;
        killed.Kill();
        await killed.WaitForExitAsync();
        killed.Dispose();
        await StartAsync();
    }

    /// <summary>Asks it to end, and waits: it drains and closes its journal.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            if (!OperatingSystem.IsWindows() && Signal(process.Id, SigTerm) == 0)
            {
                await process.WaitForExitAsync();
            }
            else
            {
                process.Kill();
            }

            process.Dispose();
        }
    }

    private static string NewKey() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task StartAsync()
    {
        long startedAt = Stopwatch.GetTimestamp();
        Process process = _process = Process.Start(StartInfo())!;
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, e) => Hear(e.Data, listening);
        process.ErrorDataReceived += (_, e) => Hear(e.Data, listening: null);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!await listening.Task)
        {
            await process.WaitForExitAsync();
            throw new IOException($"{_program} did not start: {_said}");
        }

        StartsMs.Add((long)Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
        Interlocked.Increment(ref _starts);
        Volatile.Read(ref _serving).SetResult();
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(DotNet.Path, [_program, "--urls", Url.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(_program)!,
        };
        AddKey(start, 0, "load", Key, "buyer");
        AddKey(start, 1, "load's operator", OperatorKey, "operator");
        start.Environment["Matching__DataDirectory"] = _directory;
        start.Environment["Storefront__KeysDirectory"] = "";
        return start;
    }

    private static void AddKey(ProcessStartInfo start, int index, string name, string key, string role)
    {
        string at = string.Create(CultureInfo.InvariantCulture, $"Storefront__ApiKeys__{index}__");
        start.Environment[at + "Name"] = name;
        start.Environment[at + "Sha256"] = HashOf(key);
        start.Environment[at + "Role"] = role;
        start.Environment[at + "Id"] = "0";
    }

    private void Hear(string? line, TaskCompletionSource<bool>? listening)
    {
        if (line is null)
        {
            listening?.TrySetResult(false);
            return;
        }

        if (line.Contains(Listening, StringComparison.Ordinal))
        {
            listening?.TrySetResult(true);
        }

        lock (_said)
        {
            // What it says at a start is short; a shop that goes on and on must not fill this memory.
            if (_said.Length < 1 << 16)
            {
                _said.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
