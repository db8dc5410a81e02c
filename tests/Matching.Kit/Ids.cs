using Matching.Core;

namespace Matching.Kit;

/// <summary>
/// Ids for generators: mostly small ones, so that they meet, and now and then the last there are (2^63 − 1 downwards), so that no program
/// goes without them.
/// </summary>
public static class Ids
{
    /// <summary>The id of a small number: itself, but of every <paramref name="every"/>th one as far up as ids go.</summary>
    public static long Of(long number, int every) => number % every == 0 ? long.MaxValue - (number / every) + 1 : number;

    /// <summary>Invites of teams (R2), few, so that they fit and don't.</summary>
    public static long[] Invites { get; } = [77, long.MaxValue];

    /// <summary>Ids of payments, few, so that they meet: none, numbers, and texts, of which some look like numbers.</summary>
    public static PaymentId[] Payments { get; } =
    [
        0, 71, long.MaxValue, PaymentId.Parse("20261129220014912345678901"), PaymentId.Parse("071"),
            PaymentId.Parse("支付:7 " + new string('x', 55)),
    ];
}
