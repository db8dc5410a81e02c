using System.Buffers.Binary;

namespace Matching.Storage.Tests;

/// <summary>Events that say which they are: event n holds n, its length and its bytes follow from n, so that any mix-up shows.</summary>
internal static class Numbered
{
    private const int MaxLength = 92;

    /// <summary>Events first … first + count − 1, each of <paramref name="length"/> bytes, or of 16 … 92 by their number.</summary>
    public static byte[] Events(long first, int count, int length = 0)
    {
        byte[] bytes = new byte[count * MaxLength];
        int at = 0;
        for (long n = first; n < first + count; n++)
        {
            int each = length == 0 ? 16 + (int)(n * 7 % 77) : length;
            Write(bytes.AsSpan(at, each), n);
            at += each;
        }

        return bytes[..at];
    }

    /// <summary>Appends the next so many numbers.</summary>
    public static void AppendNext(this IJournal journal, int count, int length = 0) =>
        journal.Append(Events(journal.NextSequence, count, length), count);

    /// <summary>Appends and commits the next so many numbers.</summary>
    public static void CommitNext(this IJournal journal, int count, int length = 0)
    {
        journal.AppendNext(count, length);
        journal.Commit();
    }

    /// <summary>Reads to the end and checks that every event is where it belongs.</summary>
    /// <returns>The sequence behind the last one.</returns>
    public static long ReadAll(IJournalReader reader, long from)
    {
        while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events))
        {
            Assert.Equal(from, first);
            Assert.True(count > 0);
            from = Check(first, count, events.Span);
        }

        return from;
    }

    /// <summary>All of a journal, from an event on.</summary>
    public static long ReadAll(IJournal journal, long from = 0)
    {
        using IJournalReader reader = journal.Read(from);
        return ReadAll(reader, from);
    }

    /// <summary>All of a journal.</summary>
    public static long ReadAll(ReadOnlyJournal journal)
    {
        using IJournalReader reader = journal.Read(0);
        return ReadAll(reader, 0);
    }

    private static long Check(long first, int count, ReadOnlySpan<byte> events)
    {
        Span<byte> expected = stackalloc byte[MaxLength];
        for (int i = 0; i < count; i++)
        {
            Span<byte> one = expected[..events[1]];
            Write(one, first + i);
            if (!events[..one.Length].SequenceEqual(one))
            {
                Assert.Fail($"event {first + i} reads as {BinaryPrimitives.ReadInt64LittleEndian(events[8..])}");
            }

            events = events[one.Length..];
        }

        Assert.True(events.IsEmpty);
        return first + count;
    }

    private static void Write(Span<byte> one, long n)
    {
        one.Clear();
        one[0] = 1;
        one[1] = (byte)one.Length;
        BinaryPrimitives.WriteInt64LittleEndian(one[8..], n);

        // Many zeros on purpose: blank sectors must come from the disk, never from the events.
        if (n % 3 == 0)
        {
            one[16..].Fill((byte)n);
        }
    }
}
