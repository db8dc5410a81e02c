using Matching.Core;

namespace Matching.Storefront.Shop;

/// <summary>Why a desk did not even ask the engine.</summary>
public enum Denial
{
    /// <summary>It did ask.</summary>
    None = 0,

    /// <summary>The item is not in the catalogue.</summary>
    UnknownItem,

    /// <summary>The item belongs to another merchant.</summary>
    NotYourItem,

    /// <summary>The item's category is closed to group buying (R12).</summary>
    ClosedCategory,
}

/// <summary>What a desk answers: the engine's answer, or a denial.</summary>
/// <param name="Answer">The engine's; empty with a denial.</param>
/// <param name="Denial">None when the engine was asked.</param>
public readonly record struct Reply(Answer Answer, Denial Denial = Denial.None)
{
    /// <summary>True when what was asked took effect, now or before.</summary>
    public bool Ok => Denial == Denial.None && Answer.Ok;

    /// <summary>An order that does not exist, or is somebody else's: a caller cannot tell which.</summary>
    public static Reply UnknownOrder(long item, long order) =>
        new(new Answer { Outcome = Outcome.UnknownOrder, Item = item, Order = order });
}
