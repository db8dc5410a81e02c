using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Engine;

/// <summary>Brings the books to where the journal ends, by the same Apply that service uses.</summary>
internal static class Recovery
{
    private const long EventsPerReport = 250_000;

    /// <summary>Applies the whole journal.</summary>
    /// <returns>The latest time in it, in ms since 1970; 0 when it is empty.</returns>
    public static long Run(
        IJournal journal, Book[] books, ControlBook control, IProgress<RecoveryProgress>? progress, CancellationToken cancellationToken)
    {
        long total = journal.DurableSequence;
        long latest = 0;
        long reported = 0;
        using IJournalReader reader = journal.Read(0);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            cancellationToken.ThrowIfCancellationRequested();
            latest = Math.Max(latest, Apply(books, control, sequence, count, events));
            if (sequence + count - reported >= EventsPerReport)
            {
                reported = sequence + count;
                progress?.Report(new RecoveryProgress(reported, total));
            }
        }

        if (reported > 0)
        {
            progress?.Report(new RecoveryProgress(total, total));
        }

        return latest;
    }

    private static long Apply(Book[] books, ControlBook control, long sequence, int count, ReadOnlyMemory<byte> events)
    {
        long latest = 0;
        for (int i = 0; i < count; i++)
        {
            Event e = Read(ref events, sequence + i, out ControlEvent? controlEvent);
            latest = Math.Max(latest, e.At);
            if (controlEvent is not null)
            {
                control.Apply(controlEvent);
                HandOver(books, control);
            }
            else if (e.Item == 0)
            {
                foreach (Book book in books)
                {
                    book.Apply(e);
                }
            }
            else
            {
                books[Shard.IndexOf(e.Item, books.Length)].Apply(e);
            }
        }

        return latest;
    }

    /// <summary>After every control event, so that the books know each version of the terms that events behind it name (R34).</summary>
    public static void HandOver(Book[] books, ControlBook control)
    {
        IReadOnlyList<ItemSchedule> schedules = control.TakeTouched(out BigDayCalendar? calendar);
        foreach (ItemSchedule schedule in schedules)
        {
            books[Shard.IndexOf(schedule.Item, books.Length)].SetSchedule(schedule);
        }

        if (calendar is not null)
        {
            foreach (Book book in books)
            {
                book.SetCalendar(calendar);
            }
        }
    }

    /// <summary>Takes one event off the front of a block: an item's, or one of campaigns, of which the first result has only the time.</summary>
    /// <exception cref="JournalException">It is not an event of this version.</exception>
    public static Event Read(ref ReadOnlyMemory<byte> events, long sequence, out ControlEvent? control)
    {
        control = null;
        try
        {
            if (ControlCodec.IsControl(events.Span))
            {
                events = events[ControlCodec.Read(events.Span, out control)..];
                return new Event { At = control.At };
            }

            events = events[EventCodec.Read(events.Span, out Event e)..];
            return e;
        }
        catch (FormatException e)
        {
            throw new JournalException(
                $"event {sequence} of the journal cannot be read: {e.Message}. It was written by a newer version, or is damaged", e);
        }
    }
}
