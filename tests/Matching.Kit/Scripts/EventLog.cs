using Matching.Core;

namespace Matching.Kit;

/// <summary>Takes an event and its bytes.</summary>
public delegate void EncodedEventTaken(in Event e, ReadOnlySpan<byte> encoded);

/// <summary>Reads encoded events back.</summary>
public static class EventLog
{
    /// <summary>Gives every event of a block, in order, with its bytes.</summary>
    public static void ForEach(ReadOnlySpan<byte> block, EncodedEventTaken action)
    {
        while (block.Length > 0)
        {
            int length = EventCodec.Read(block, out Event e);
            action(e, block[..length]);
            block = block[length..];
        }
    }

    /// <summary>Gives every event of a block, in order.</summary>
    public static void ForEach(ReadOnlySpan<byte> block, Action<Event> action) => ForEach(block, (in e, _) => action(e));

    /// <summary>Every event of a block, in order.</summary>
    public static List<Event> Read(ReadOnlySpan<byte> block)
    {
        var events = new List<Event>();
        ForEach(block, events.Add);
        return events;
    }
}
