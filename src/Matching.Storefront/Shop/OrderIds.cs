using System.Security.Cryptography;
using Matching.Core;

namespace Matching.Storefront.Shop;

/// <summary>
/// New order ids: random over all that JavaScript keeps exactly, so that a page never asks who else takes one. A clash is an OrderConflict
/// (R35).
/// </summary>
public static class OrderIds
{
    public static long Next()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToInt64(bytes) & BookOptions.MaxExact) is var id and not 0 ? id : 1;
    }
}
