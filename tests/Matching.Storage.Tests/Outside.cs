using System.Buffers.Binary;

namespace Matching.Storage.Tests;

/// <summary>
/// What somebody outside knows: the events that were committed, and those that were appended and are in doubt. Every event
/// has an id that is never used again, so events of an earlier life that come back show.
/// </summary>
internal sealed class Outside
{
    private readonly List<long> _committed = [];
    private readonly List<long[]> _doubtful = [];
    private long _lastId;

    public int Committed => _committed.Count;

    public void Append(IJournal journal, int count, int length)
    {
        long[] ids = [.. Enumerable.Range(0, count).Select(_ => ++_lastId)];
        byte[] bytes = new byte[count * length];
        for (int i = 0; i < count; i++)
        {
            bytes[(i * length) + 1] = (byte)length;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((i * length) + 8), ids[i]);
        }

        _doubtful.Add(ids);
        journal.Append(bytes, count);
    }

    public void Commit(IJournal journal)
    {
        journal.Commit();
        Assert.Equal(journal.NextSequence, journal.DurableSequence);
        Settle(_doubtful.Count);
    }

    /// <summary>
    /// What the journal holds is everything committed, in order, and behind it some first ones of the appends in doubt; those count as
    /// committed from now on.
    /// </summary>
    public void Check(IJournal journal)
    {
        using IJournalReader reader = journal.Read(0);
        List<long> ids = Ids(reader);
        Assert.Equal(journal.DurableSequence, ids.Count);
        int appends = 0;
        for (int length = _committed.Count; length < ids.Count && appends < _doubtful.Count; appends++)
        {
            length += _doubtful[appends].Length;
        }

        Settle(appends);
        Assert.Equal(_committed, ids);
    }

    /// <summary>Nothing is missing and nothing was added.</summary>
    public bool IsExactly(IJournal journal)
    {
        using IJournalReader reader = journal.Read(0);
        return Ids(reader).SequenceEqual(_committed);
    }

    private void Settle(int appends)
    {
        _committed.AddRange(_doubtful.Take(appends).SelectMany(ids => ids));
        _doubtful.Clear();
    }

    private static List<long> Ids(IJournalReader reader)
    {
        List<long> ids = [];
        while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events))
        {
            Assert.Equal(ids.Count, first);
            ReadOnlySpan<byte> rest = events.Span;
            for (; !rest.IsEmpty; rest = rest[rest[1]..])
            {
                ids.Add(BinaryPrimitives.ReadInt64LittleEndian(rest[8..]));
            }

            Assert.Equal(first + count, ids.Count);
        }

        return ids;
    }
}
