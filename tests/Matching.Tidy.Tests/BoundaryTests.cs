using System.Reflection;

namespace Matching.Tidy.Tests;

/// <summary>
/// Who may know whom. Which calls of the system the rules may make is said in <c>src/Matching.Core/BannedSymbols.txt</c>.
/// </summary>
public sealed class BoundaryTests
{
    [Theory]
    [InlineData("Matching.Structures", "")]
    [InlineData("Matching.Core", "Matching.Structures")]
    [InlineData("Matching.Audit", "Matching.Core")]
    [InlineData("Matching.Storage", "Matching.Core")]
    [InlineData("Matching.Engine", "Matching.Core, Matching.Storage, Matching.Structures")]
    [InlineData("matching", "Matching.Audit, Matching.Core, Matching.Engine, Matching.Recording, Matching.Reports, Matching.Storage, Matching.Structures")]
    [InlineData("Matching.Recording", "Matching.Core, Matching.Engine, Matching.Storage")]
    [InlineData("Matching.Reports", "Matching.Core, Matching.Engine, Matching.Storage")]
    [InlineData("Matching.Storefront", "Matching.Core, Matching.Engine, Matching.Storage")]
    public void Projects_point_one_way(string project, string mayKnow)
    {
        IEnumerable<string> known = Assembly.Load(project).GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => name.StartsWith("Matching", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(known.Except(mayKnow.Split(", "), StringComparer.Ordinal));
    }
}
