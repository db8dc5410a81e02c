namespace Matching.Storage;

/// <summary>The arguments every journal refuses.</summary>
internal static class JournalArguments
{
    /// <summary>Bytes and count fit each other, and a block.</summary>
    public static void CheckAppend(ReadOnlySpan<byte> events, int count, int maxEventBytes)
    {
        if (count < 0 || (count == 0) != events.IsEmpty || count > events.Length)
        {
            throw new ArgumentException($"{count} events in {events.Length} bytes", nameof(count));
        }

        if (events.Length > maxEventBytes)
        {
            throw new ArgumentException(
                $"{events.Length} bytes in one append; a block holds at most {maxEventBytes}. Append fewer commands at once.",
                    nameof(events));
        }
    }

    /// <summary>A reader starts at a durable event that is still kept, or right behind them.</summary>
    public static void CheckRead(long fromSequence, long firstSequence, long durableSequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromSequence, durableSequence);
        if (fromSequence < firstSequence)
        {
            throw new EventsGoneException(fromSequence, firstSequence);
        }
    }
}
