using Matching.Core;
using Matching.Engine;
using Matching.Structures;

namespace Matching.Kit.Engine;

/// <summary>Every invariant of the books of a running engine.</summary>
public static class Invariants
{
    /// <summary>What is broken in the shards' books, the links of rows that others left included; null where nothing is.</summary>
    public static ValueTask<string?> BrokenAsync(this MatchingEngine engine) =>
        engine.Ask(static (book, _) => Broken(book), static found => Array.Find(found, broken => broken is not null), default);

    // An exception here would be the end of the shard.
    private static string? Broken(Book book)
    {
        try
        {
            book.Validate();
            return null;
        }
        catch (InvariantException broken)
        {
            return broken.Message;
        }
    }
}
