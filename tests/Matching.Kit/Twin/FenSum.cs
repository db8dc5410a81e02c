namespace Matching.Kit;

/// <summary>Sums of money: a few thousand of the highest amounts are more than 64 bits hold.</summary>
public static class FenSum
{
    /// <summary>The sum of some amounts.</summary>
    public static Int128 SumFen<T>(this IEnumerable<T> all, Func<T, Int128> fen) =>
        all.Aggregate(Int128.Zero, (sum, one) => checked(sum + fen(one)));
}
