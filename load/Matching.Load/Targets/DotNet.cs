namespace Matching.Load.Targets;

/// <summary>The program that runs programs.</summary>
internal static class DotNet
{
    /// <summary>The dotnet that runs this, else the one on the path.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Environment.ProcessPath is { } own
            && System.IO.Path.GetFileNameWithoutExtension(own).Equals("dotnet", StringComparison.Ordinal) ? own : "dotnet");
}
