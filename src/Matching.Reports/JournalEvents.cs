using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Reports;

/// <summary>Reads a journal without its engine.</summary>
internal static class JournalEvents
{
    /// <summary>The events from a sequence on.</summary>
    /// <exception cref="JournalException">One cannot be read.</exception>
    public static IEnumerable<JournaledEvent> Read(ReadOnlyJournal journal, long from)
    {
        using IJournalReader reader = journal.Read(from);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            for (int i = 0; i < count; i++)
            {
                yield return Next(ref events, sequence + i);
            }
        }
    }

    private static JournaledEvent Next(ref ReadOnlyMemory<byte> events, long sequence)
    {
        try
        {
            if (ControlCodec.IsControl(events.Span))
            {
                events = events[ControlCodec.Read(events.Span, out ControlEvent control)..];
                return new JournaledEvent(sequence, new Event { At = control.At }, control);
            }

            events = events[EventCodec.Read(events.Span, out Event e)..];
            return new JournaledEvent(sequence, e);
        }
        catch (FormatException broken)
        {
            throw new JournalException($"event {sequence}: {broken.Message}", broken);
        }
    }
}
