using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Matching.Benchmarks.Servers;

/// <summary>A peer's server, started on loopback with a directory of its own, and ended with it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly string[] Folders = ["/usr/bin", "/usr/local/bin", "/usr/sbin", .. PostgresFolders()];

    private readonly Process _process;

    public ServerProcess(string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(
            program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The path of an installed program, or null.</summary>
    public static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a program to its end.</summary>
    public static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            program, arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
        }
    }

    /// <summary>Waits until something listens on the port.</summary>
    public void WaitFor(int port)
    {
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                _process.WaitForExit(50);
            }
        }

        throw new InvalidOperationException("the server does not listen");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static IEnumerable<string> PostgresFolders() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin"))
        : [];
}
