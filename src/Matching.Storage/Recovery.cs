using System.Globalization;

namespace Matching.Storage;

/// <summary>
/// What every start does before the first answer: check the log, make what it accepts durable, and begin a new generation in a
/// new segment. The order is what makes two crashes in a row harmless: the old segment is synced before the header that names its valid
/// end is written, and that header is durable before anything is appended, and before what lies behind that end is cut off. A header that
/// was cut short names nothing: the next start removes its file and finds the same end again.
/// </summary>
internal static class Recovery
{
    /// <summary>Begins the next generation behind a checked log, or the first one of a new directory.</summary>
    public static SegmentJournal Start(IDisk disk, JournalDirectory directory, JournalOptions options, LogState? state)
    {
        SegmentMaker maker = new(disk, directory.Path, options.Background ?? TaskScheduler.Default);
        List<Segment> segments = [];
        Segment next;
        long bytes = Math.Min(options.FirstSegmentBytes, options.SegmentBytes);
        if (state is null)
        {
            Watermark.Create(disk, directory.Path);
            next = First(directory, bytes);
        }
        else
        {
            Clear(disk, directory.Path, state);
            segments.AddRange(state.Segments);
            next = Continue(directory, state.Last, bytes, state.Last.Generation + 1, state.End, state.NextSequence, state.Checksum);
        }

        IDiskFile file = maker.Take(next.Number, next.Bytes);
        Watermark? watermark = null;
        try
        {
            byte[] page = new byte[Page.Bytes];
            next = next.WriteHeader(page);
            file.Write(0, page);
            segments.Add(next);
            watermark = Watermark.Open(disk, directory.Path, directory.Id);

            // Into both slots: with one of them lost the other is not of an earlier start, which would be told from an older file by
            // nothing.
            watermark.Write(new DurablePoint(next.Number, Page.Bytes, next.FirstSequence, Closed: false));
            watermark.Write(new DurablePoint(next.Number, Page.Bytes, next.FirstSequence, Closed: false));
            if (directory.IsNew)
            {
                directory.Complete();
            }
            else if (!directory.Marker.HasId)
            {
                // Last: what it says must exist does.
                directory.Keep(segments[0].Number);
            }

            ShortenLeft(disk, segments);

            return SegmentJournal.Start(
                directory, new SegmentLog(disk, segments, next.FirstSequence), maker, watermark, file, options);
        }
        catch
        {
            watermark?.Dispose();
            file.Dispose();
            throw;
        }
    }

    // Behind the header that names a segment's valid end, which is durable: without it that end would have to be found again, in a whole
    // file. Not synced: whether a loss of power brings the rest back is all the same.
    private static void ShortenLeft(IDisk disk, List<Segment> segments)
    {
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            if (!segments[i].Archived && segments[i].FileBytes > segments[i + 1].PredecessorEnd)
            {
                // Once more: another engine may have written there since, and this is the proof of it.
                SegmentChecks.CheckBehind(disk, segments[i], segments[i + 1]);
                disk.Shorten(segments[i].Path, segments[i + 1].PredecessorEnd);
            }
        }
    }

    /// <summary>The segment behind another.</summary>
    public static Segment Continue(
        JournalDirectory directory, Segment last, long bytes, int generation, long end, long nextSequence, uint checksum)
    {
        string path = Path.Combine(directory.Path, Segment.Name.Of(last.Number + 1));
        return new Segment(path, last.Number + 1, bytes, generation, nextSequence, end, checksum, Checksum: 0) { Directory = directory.Id };
    }

    /// <summary>A watermark names nothing behind the end of the log, and is not older than the start that wrote that end.</summary>
    /// <exception cref="JournalException">It does, or is.</exception>
    public static void CheckEnd(LogState state, DurablePoint? mark)
    {
        if (state.Marker.HasId && FirstOfLastWritten(state) is { } written && !(mark?.Segment >= written.Number))
        {
            throw new JournalException(
                $"the watermark beside {state.Last.Path} is older than the journal: it was written before the start that wrote "
                + $"{Path.GetFileName(written.Path)}, so nobody knows whether the end of the journal is whole. Nothing was changed; "
                + "restore the directory from one copy, or save what can be read with 'matching repair'.");
        }

        if (mark is { } point && (point.Segment, point.End).CompareTo((state.Last.Number, state.End)) > 0)
        {
            throw new JournalException(string.Create(
                CultureInfo.InvariantCulture,
                $"{state.Last.Path} ends at byte {state.End} before event {state.NextSequence}, but the log was "
                    + $"{(point.Closed ? "closed" : "durable")} up to {Segment.Name.Of(point.Segment)} byte {point.End}, event "
                    + $"{point.Sequence}: answered entries are missing. Nothing was changed; restore the directory from a copy."));
        }
    }

    private static Segment First(JournalDirectory directory, long bytes) =>
        new(Path.Combine(directory.Path, Segment.Name.Of(1)), 1, bytes, Generation: 1, 0, 0, 0, 0) { Directory = directory.Id };

    // The first segment of the last start that wrote a block: before that, it wrote a mark. Null where there is none, or it may be deleted.
    private static Segment? FirstOfLastWritten(LogState state)
    {
        IReadOnlyList<Segment> segments = state.Segments;
        for (int last = segments.Count - 1; last >= 0;)
        {
            int first = last;
            while (first > 0 && segments[first - 1].Generation == segments[last].Generation)
            {
                first--;
            }

            long end = last + 1 < segments.Count ? segments[last + 1].PredecessorEnd : state.End;
            if (first < last || end > Page.Bytes)
            {
                return first > 0 || segments[0].Number == 1 ? segments[first] : null;
            }

            last = first - 1;
        }

        return null;
    }

    private static void Clear(IDisk disk, string directory, LogState state)
    {
        foreach (string path in state.Unstarted)
        {
            disk.Delete(path);
        }

        if (!disk.FileExists(Path.Combine(directory, Watermark.FileName)))
        {
            Watermark.Create(disk, directory);
        }

        disk.SyncDirectory(directory);
    }
}
