namespace Matching.Simulation;

/// <summary>A hash of everything that happened in a story, in order: two runs of a seed have the same one.</summary>
internal sealed class RunHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    public ulong Value { get; private set; } = Prime;

    public void Add(long what) => Value = System.Numerics.BitOperations.RotateLeft((Value ^ (ulong)what) * Prime, 29);

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Prime ^ (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = System.Numerics.BitOperations.RotateLeft(
                (hash ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * Prime, 29);
        }

        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * Prime;
        }

        return hash ^ (hash >> 32);
    }
}
