using Matching.Core;

namespace Matching.Engine;

/// <summary>Somebody looked at an item's page, as the storefront says (R22).</summary>
/// <param name="Item">The item.</param>
/// <param name="Viewer">Who looked; the same id as when he buys.</param>
public readonly record struct View(long Item, long Viewer)
{
    /// <summary>Where he came from (R23).</summary>
    public Source Source { get; init; }

    /// <summary>Who shared what led him there; 0 for nobody.</summary>
    public long Sharer { get; init; }

    /// <summary>When, in ms since 1970, 0 … 2^53 − 1; 0 for now.</summary>
    public long At { get; init; }
}

/// <summary>Views since the start.</summary>
/// <param name="Noted">Taken in, to be written soon.</param>
/// <param name="Written">Of them, those that the log holds, to be read by anybody.</param>
/// <param name="Lost">Not taken in, since too many waited, or not written, since the disk is low or failed.</param>
public sealed record ViewStatus(long Noted, long Written, long Lost);
