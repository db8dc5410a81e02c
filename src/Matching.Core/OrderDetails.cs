namespace Matching.Core;

/// <summary>
/// Sees every field of a row in turn: to hash it, to save it, to load it. A structure, so that each use is compiled for itself.
/// </summary>
internal interface IFields
{
    void Field(ref long value);
}

/// <summary>
/// What few orders say of themselves (R23, R46). It lies in the order's side row, which an order has only where there is something
/// to keep in it. All zero where nothing was said.
/// </summary>
internal record struct OrderDetails
{
    /// <summary>Who shared what led to the order (R23); 0 for nobody.</summary>
    public long Sharer;

    // Fen and one, so that a due of 0 is told from none.
    private long _due;

    public OrderDetails(in Command c)
    {
        Sharer = c.Sharer;
        Due = c.DueNamed ? c.Due : null;
    }

    /// <summary>The amount due, in fen; null where none was named (R46).</summary>
    public long? Due
    {
        readonly get => _due == 0 ? null : _due - 1;
        set => _due = value is { } fen ? fen + 1 : 0;
    }

    /// <summary>Whether a command says anything to be kept here.</summary>
    public static bool AreIn(in Command c) => c.DueNamed | (c.Sharer != 0);

    /// <summary>Every field, once, for all who hash, save or load it. The order is that of the bytes: only add behind.</summary>
    public static void Fields<V>(ref OrderDetails details, ref V visitor)
        where V : struct, IFields, allows ref struct
    {
        visitor.Field(ref details.Sharer);
        visitor.Field(ref details._due);
    }
}
