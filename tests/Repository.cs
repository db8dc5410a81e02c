namespace Matching;

/// <summary>Where the repository of the running tests is; a part of every test project.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    /// <exception cref="InvalidOperationException">The tests do not stand in it.</exception>
    public static string Root =>
        Find() ?? throw new InvalidOperationException("the tests do not stand in the repository: there is no Matching.sln above them");

    /// <summary>Its folder; null where the tests do not stand in it.</summary>
    public static string? Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Matching.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
