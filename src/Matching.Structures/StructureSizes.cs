namespace Matching.Structures;

/// <summary>
/// What rows, indexes and wheels are built of. They are made for tens of millions of rows: an empty book takes 2 MB. A simulation
/// that makes thousands of books a second, each of a few dozen rows, asks for small ones with a switch of the process, and its
/// stories then also cross the borders of chunks and the turns of the wheel. Read once into static fields, so that compiled code has
/// constants: fields of each structure would cost every look at a row two reads more.
/// </summary>
internal static class StructureSizes
{
    /// <summary>The switch; off by default.</summary>
    public const string SmallSwitch = "Matching.SmallStructures";

    private static readonly bool s_small = AppContext.TryGetSwitch(SmallSwitch, out bool small) && small;

    /// <summary>Rows of a chunk: two to the power of this.</summary>
    public static readonly int RowChunkBits = s_small ? 4 : 12;

    /// <summary>Entries of an empty index: two to the power of this.</summary>
    public static readonly int IndexBits = s_small ? 5 : 10;

    /// <summary>Spokes of a wheel, of a second each: two to the power of this, 6 at least. By default 36 h.</summary>
    public static readonly int WheelSpokeBits = s_small ? 7 : 17;
}
