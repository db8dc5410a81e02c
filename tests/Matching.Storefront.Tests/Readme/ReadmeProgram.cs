using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Matching.Storefront.Tests.Readme;

/// <summary>A program out of README, built by the SDK in a folder of its own and run there. References stand for the packages.</summary>
internal sealed partial class ReadmeProgram : IDisposable
{
    private static readonly string[] Libraries = ["Core", "Storage", "Engine"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("matching-readme-");
    private readonly List<Process> _started = [];
    private readonly string _sdk;

    /// <param name="code">The program.</param>
    /// <param name="sdk">Microsoft.NET.Sdk or Microsoft.NET.Sdk.Web.</param>
    public ReadmeProgram(string code, string sdk)
    {
        Code = code;
        _sdk = sdk;
    }

    public string Code { get; }

    /// <summary>Lines that say something.</summary>
    public int Lines => Code.Split('\n').Count(line => line.Trim().Length > 0);

    public string DataFolder => Path.Combine(_folder.FullName, "shop-data");

    /// <summary>README's blocks of a language, in order.</summary>
    public static IReadOnlyList<string> Blocks(string language) =>
        [.. Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")))
            .Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    /// <summary>Builds it; warnings are errors.</summary>
    public async Task BuildAsync()
    {
        string references = string.Concat(Libraries.Select(
            name => $"<Reference Include=\"{Path.Combine(AppContext.BaseDirectory, $"Matching.{name}.dll")}\" />"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Program.cs"), Code);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "program.csproj"), $"""
            <Project Sdk="{_sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" />{references}</ItemGroup>
            </Project>
            """);
        (int code, string said) =
            await RunAsync("build", "-v", "q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-o", "out");
        Assert.True(code == 0, $"README's program does not compile:\n{said}");
    }

    /// <summary>Runs it to its end.</summary>
    public Task<(int Code, string Said)> RunAsync() => RunAsync(Path.Combine("out", "program.dll"));

    /// <summary>Starts it; it is killed with this at the latest.</summary>
    public Process Start(params string[] arguments)
    {
        Process process = Launch([Path.Combine("out", "program.dll"), .. arguments]);
        _started.Add(process);
        return process;
    }

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        using Process process = Launch(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }

    private Process Launch(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<code>.*?)^```$",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();
}
