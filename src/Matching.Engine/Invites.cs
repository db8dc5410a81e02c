using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Matching.Engine;

/// <summary>The codes that invite-only teams are entered with (R2).</summary>
internal static class Invites
{
    /// <summary>A number of 1 … 2^63 − 1 that nobody can guess: ids, which rise, can be. Any thread.</summary>
    public static long Draw()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        long invite;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            invite = BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
        }
        while (invite == 0);

        return invite;
    }
}
