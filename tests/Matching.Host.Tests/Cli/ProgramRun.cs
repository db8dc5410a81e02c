using System.Diagnostics;

namespace Matching.Host.Tests.Cli;

/// <summary>The built program, run as a process of its own in an empty directory.</summary>
public sealed class ProgramRun : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-program-");

    internal string Folder => _directory.FullName;

    internal string File(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs it to its end.</summary>
    internal Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunAsync(DotNet(), [Assembly, .. arguments]);

    /// <summary>Runs a line of the shell, in which matching is the program, to its end.</summary>
    internal Task<(int Code, string Out, string Error)> ShellAsync(string line) =>
        RunAsync("bash", ["-c", $"matching() {{ '{DotNet()}' '{Assembly}' \"$@\"; }}; {line}"]);

    internal static string Assembly => Path.Combine(AppContext.BaseDirectory, "matching.dll");

    private async Task<(int Code, string Out, string Error)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        using var end = new CancellationTokenSource(Longest);
        Task<string> output = process.StandardOutput.ReadToEndAsync(end.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(end.Token);
        await process.WaitForExitAsync(end.Token);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    internal static string DotNet() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? (Environment.ProcessPath is { } path
            && string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", global::System.StringComparison.Ordinal) ? path : "dotnet");
}
