using Matching.Structures;

namespace Matching.Core.Campaigns;

/// <summary>What must hold after every event.</summary>
internal static class Invariant
{
    /// <summary>Throws unless it holds.</summary>
    public static void Holds(bool holds, string words)
    {
        if (!holds)
        {
            throw new InvariantException(words);
        }
    }
}
