namespace Matching.Load.Tests;

/// <summary>Tests that count this process's handles, or start others, run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
