using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Cli;
using Matching.Storage;

namespace Matching.Host.Verify;

/// <summary>Takes one event, its place and its bytes.</summary>
internal delegate void EventTaken(long sequence, in Event e, ReadOnlySpan<byte> encoded);

/// <summary>Goes through a journal event by event.</summary>
internal static class JournalWalk
{
    private const int ReportEvery = 1 << 16;

    /// <summary>Reads from an event to the end.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="from">The first event.</param>
    /// <param name="meter">Told how far it is.</param>
    /// <param name="taken">Takes every event of an item, and those that concern all.</param>
    /// <param name="controlTaken">Takes every event of campaigns.</param>
    /// <param name="reached">Told the sequence behind every block.</param>
    /// <exception cref="JournalException">An event cannot be read.</exception>
    public static void Run(
        ReadOnlyJournal journal, long from, Meter meter, EventTaken taken, Action<long, ControlEvent> controlTaken, Action<long> reached)
    {
        meter.SetTotal(journal.EndSequence);
        using IJournalReader reader = journal.Read(from);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> block))
        {
            ReadOnlySpan<byte> bytes = block.Span;
            for (int i = 0; i < count; i++)
            {
                try
                {
                    if (ControlCodec.IsControl(bytes))
                    {
                        bytes = bytes[ControlCodec.Read(bytes, out ControlEvent control)..];
                        controlTaken(sequence + i, control);
                    }
                    else
                    {
                        int length = EventCodec.Read(bytes, out Event e);
                        taken(sequence + i, e, bytes[..length]);
                        bytes = bytes[length..];
                    }
                }
                catch (FormatException broken)
                {
                    throw new JournalException(
                        string.Create(CultureInfo.InvariantCulture, $"event {sequence + i}: {broken.Message}"), broken);
                }
            }

            if (!bytes.IsEmpty)
            {
                throw new JournalException(string.Create(
                    CultureInfo.InvariantCulture,
                        $"the block of events {sequence} to {sequence + count - 1} holds {bytes.Length} bytes more than its events"));
            }

            reached(sequence + count);
            if (sequence / ReportEvery != (sequence + count) / ReportEvery)
            {
                meter.Report(sequence + count);
            }
        }
    }
}
