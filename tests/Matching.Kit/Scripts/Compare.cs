using Matching.Core;

namespace Matching.Kit;

/// <summary>What a book gave against what was expected: null where equal, else both in words.</summary>
public static class Compare
{
    /// <summary>Every field of two answers.</summary>
    public static string? Answers(in Answer actual, in Answer expected) =>
        actual == expected
            ? null
            : Say("answer", Show.Answer(actual), Show.Answer(expected));

    /// <summary>
    /// Two histories of one item. Holds that end at the same moment may do so in any order: no rule sets one, and it changes
    /// no outcome.
    /// </summary>
    public static string? Events(IReadOnlyList<Event> actual, IReadOnlyList<Event> expected)
    {
        if (actual.SequenceEqual(expected))
        {
            return null;
        }

        List<Event> left = InOneOrder(actual);
        List<Event> right = InOneOrder(expected);
        int same = left.Zip(right).TakeWhile(p => p.First == p.Second).Count();
        return same == left.Count && same == right.Count ? null : Say("events", From(left, same), From(right, same));
    }

    /// <summary>Every field of two teams.</summary>
    public static string? Teams(TeamView? actual, TeamView? expected)
    {
        bool same = actual is null || expected is null
            ? actual == expected
            : actual with { Members = expected.Members } == expected && actual.Members.SequenceEqual(expected.Members);
        return same ? null : Say("team", Show.Team(actual), Show.Team(expected));
    }

    /// <summary>Two lists, in order.</summary>
    public static string? Lists<T>(string what, IReadOnlyList<T> actual, IReadOnlyList<T> expected) =>
        actual.SequenceEqual(expected) ? null : Say(what, string.Join("; ", actual), string.Join("; ", expected));

    /// <summary>All refunds owed: each sorted by age, and the same ones; entries of one moment may come in any order.</summary>
    public static string? Refunds(IReadOnlyList<RefundView> actual, IReadOnlyList<RefundView> expected) =>
        Oldest(actual, expected) ?? Lists("refunds owed", InOneOrder(actual), InOneOrder(expected));

    /// <summary>The oldest refunds owed: of the right age.</summary>
    public static string? Oldest(IReadOnlyList<RefundView> actual, IReadOnlyList<RefundView> expected) =>
        actual.Select(r => r.Since).SequenceEqual(expected.Select(r => r.Since))
            ? null
            : Say("refunds owed, by age", string.Join("; ", actual), string.Join("; ", expected));

    /// <summary>Two counts.</summary>
    public static string? Counts(string what, in Counts actual, in Counts expected) =>
        actual == expected
            ? null
            : Say("counts of " + what, Show.Counts(actual), Show.Counts(expected));

    /// <summary>Two counts, or that there are none.</summary>
    public static string? Counts(string what, Counts? actual, Counts? expected) =>
        actual is { } one && expected is { } other ? Counts(what, one, other)
        : actual is null && expected is null ? null
        : Say("counts of " + what, actual?.ToString() ?? "unknown", expected?.ToString() ?? "unknown");

    /// <summary>A book may be cautious, never late.</summary>
    public static string? NextDue(long actual, long expected) =>
        actual <= expected ? null : Say("next due time", actual, expected);

    /// <summary>Two numbers.</summary>
    public static string? Numbers(string what, long actual, long expected) => actual == expected ? null : Say(what, actual, expected);

    /// <summary>Both sides in words.</summary>
    public static string Say<T>(string what, T actual, T expected) => $"{what} differs\n    found: {actual}\n    expected: {expected}";

    private static List<Event> InOneOrder(IReadOnlyList<Event> events)
    {
        List<Event> sorted = [.. events];
        for (int from = 0; from < sorted.Count; from++)
        {
            int until = from;
            while (until < sorted.Count && sorted[until].Kind == EventKind.HoldEnded && sorted[until].At == sorted[from].At)
            {
                until++;
            }

            if (until > from + 1)
            {
                sorted.Sort(from, until - from, Comparer<Event>.Create((a, b) => a.Order.CompareTo(b.Order)));
                from = until - 1;
            }
        }

        return sorted;
    }

    private static List<RefundView> InOneOrder(IReadOnlyList<RefundView> refunds) =>
        [.. refunds.OrderBy(r => r.Since).ThenBy(r => r.Key, StringComparer.Ordinal)];

    private static string From(List<Event> events, int from) => from == events.Count
        ? "nothing more"
        : string.Join("\n          ", events.Skip(from).Take(6).Select(e => Show.Event(e)));
}
