namespace Matching.Host.Traffic;

/// <summary>Reads Taobao UserBehavior: <c>user,item,category,behavior,epoch seconds</c>, all numbers but the behavior.</summary>
/// <param name="words">Gives the ids.</param>
/// <param name="behaviors">The behaviors taken as requests; the others are passed over.</param>
/// <param name="byCategory">The category stands for the item: the same recording, far more contended.</param>
internal sealed class UserBehaviorRows(WordTable words, IReadOnlySet<string> behaviors, bool byCategory)
{
    /// <summary>The behaviors of the set.</summary>
    public static readonly IReadOnlyList<string> Known = ["pv", "cart", "fav", "buy"];

    // A stamp of fewer than ten digits is before September 2001: a line cut short, never a real one.
    private const long FirstSecond = 1_000_000_000;
    private const long LastSecond = 9_999_999_999;

    private readonly bool[] _taken = [.. Known.Select(behaviors.Contains)];

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="arrival">The request, without an order; Item 0 when the behavior is passed over.</param>
    /// <returns>Null when it is good, else what is wrong with it.</returns>
    public string? Read(ReadOnlySpan<byte> line, out Arrival arrival)
    {
        arrival = default;
        var fields = new Fields(line, (byte)',');
        if (!fields.TryNext(out var user) || !fields.TryNext(out var item) || !fields.TryNext(out var category)
            || !fields.TryNext(out var behavior) || !fields.TryNext(out var second) || fields.TryNext(out _))
        {
            return $"{line.Count((byte)',') + 1} fields; user,item,category,behavior,time are 5";
        }

        if (!Fields.TryNumber(second, LastSecond, out long seconds) || seconds < FirstSecond)
        {
            return $"time '{RequestRows.Show(second)}' is no time of 10 digits in seconds since 1970";
        }

        if (!Fields.IsDigits(user) || !Fields.IsDigits(item) || !Fields.IsDigits(category))
        {
            return $"user '{RequestRows.Show(user)}', item '{RequestRows.Show(item)}' or category '{RequestRows.Show(category)}' is no number";
        }

        int kind = KindOf(behavior);
        if (kind < 0)
        {
            return $"behavior '{RequestRows.Show(behavior)}' is none of {string.Join(", ", Known)}";
        }

        if (_taken[kind])
        {
            arrival.AtMs = seconds * 1000;
            arrival.Buyer = words.IdOf(user);
            arrival.Item = words.IdOf(byCategory ? category : item);
        }

        return null;
    }

    private static int KindOf(ReadOnlySpan<byte> behavior) =>
        behavior.SequenceEqual("pv"u8) ? 0 : behavior.SequenceEqual("cart"u8) ? 1
        : behavior.SequenceEqual("fav"u8) ? 2 : behavior.SequenceEqual("buy"u8) ? 3 : -1;
}
