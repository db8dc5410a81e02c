namespace Matching.Host.Traffic;

/// <summary>One join request as it was recorded: who wanted what, and when.</summary>
internal struct Arrival
{
    /// <summary>Ms since 1970.</summary>
    public long AtMs;

    /// <summary>The order id: the row number of the recording, 1 or more.</summary>
    public long Order;

    /// <summary>The buyer's id, as <see cref="WordTable"/> gives it.</summary>
    public long Buyer;

    /// <summary>The item's id, as <see cref="WordTable"/> gives it.</summary>
    public long Item;
}
