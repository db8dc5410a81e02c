using Matching.Core;

namespace Matching.Kit;

/// <summary>Reads encoded events back.</summary>
public static class EventLog
{
    /// <summary>Gives every event of a block, in order.</summary>
    public static void ForEach(ReadOnlySpan<byte> block, Action<Event> action)
    {
        while (block.Length > 0)
        {
            block = block[EventCodec.Read(block, out Event e)..];
            action(e);
        }
    }

    /// <summary>Every event of a block, in order.</summary>
    public static List<Event> Read(ReadOnlySpan<byte> block)
    {
        var events = new List<Event>();
        ForEach(block, events.Add);
        return events;
    }
}
