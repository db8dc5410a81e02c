namespace Matching.Host.Tests.Run;

/// <summary>A directory of its own for one test, gone after it.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("matching-run-");

    /// <summary>A directory that does not exist yet.</summary>
    public string Data => Path.Combine(_root.FullName, "data");

    public string Root => _root.FullName;

    public void Dispose() => _root.Delete(recursive: true);
}
