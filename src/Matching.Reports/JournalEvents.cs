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
                yield return JournaledEvent.Read(ref events, sequence + i);
            }
        }
    }
}
