namespace Matching.Storage;

/// <summary>
/// The journal in segment files.
/// Assumed: one writer thread, 1 … 64 K events a commit, some ten thousand commits a second, any number of readers.
/// Chosen: a commit is one write through (O_SYNC) of whole pages into a file that was filled with zeros before, so it changes no metadata
/// and never touches what was answered; one write in flight; every start writes into a new segment of a new generation, so nothing is ever
/// appended behind the remains of a crash. Rejected: write and fsync (two calls, and the file's length has to be journaled by the file
/// system); cutting a torn tail in place (a second crash during the cut).
/// </summary>
public sealed class SegmentJournal : IJournal
{
    // Fields of the writer.
    private readonly JournalDirectory _directory;
    private readonly SegmentMaker _maker;
    private readonly LazyWatermark _watermark;
    private readonly BlockBuffer _block;
    private readonly int _maxEventBytes;
    private readonly long _segmentBytes;
    private readonly byte[] _page = GC.AllocateArray<byte>(Page.Bytes, pinned: true);
    private IDiskFile _file;
    private Segment _segment;
    private long _position;
    private long _blockSequence;
    private long _durableBytes;
    private uint _checksum;
    private JournalException? _failure;
    private bool _disposed;

    // Shared with readers.
    private readonly SegmentLog _log;

    private SegmentJournal(
        JournalDirectory directory, SegmentLog log, SegmentMaker maker, LazyWatermark watermark, IDiskFile file, long segmentBytes)
    {
        _directory = directory;
        _log = log;
        _maker = maker;
        _watermark = watermark;
        _file = file;
        _segmentBytes = segmentBytes;
        _segment = log.Segments[^1];
        _position = Page.Bytes;
        _checksum = _segment.Checksum;
        _blockSequence = _segment.FirstSequence;
        _maxEventBytes = Segment.MaxEventBytes(segmentBytes);
        _block = new BlockBuffer(_maxEventBytes);
    }

    /// <inheritdoc/>
    public bool Created => _directory.IsNew;

    /// <summary>The most bytes one <see cref="Append"/> may hold: 8 MiB, or what fits a smaller segment.</summary>
    public int MaxAppendBytes => _maxEventBytes;

    /// <inheritdoc/>
    public long NextSequence => _blockSequence + _block.Count;

    /// <inheritdoc/>
    public long DurableSequence => _log.DurableSequence;

    /// <inheritdoc/>
    public long FirstSequence => _log.FirstSequence;

    /// <inheritdoc/>
    public long DurableBytes => Volatile.Read(ref _durableBytes);

    /// <summary>Segments in use, and of them those that lie in the archive. Any thread.</summary>
    public (int All, int Archived) Segments => (_log.Segments.Count, _log.Segments.Count(segment => segment.Archived));

    internal SegmentLog Log => _log;

    internal string DirectoryPath => _directory.Path;

    /// <summary>
    /// Names the oldest segment that must exist, before older ones are deleted; durable when it returns. One thread beside the writer.
    /// </summary>
    internal void RetainFromSegment(long segment) => _directory.Keep(segment);

    /// <summary>Makes sure, before files are moved or deleted, that this engine still owns the directory.</summary>
    /// <exception cref="JournalException">It may not.</exception>
    internal void CheckLock() => _directory.CheckLock();

    /// <summary>Opens, checks and, after a crash, cuts the torn tail of a journal, and takes its lock.</summary>
    /// <exception cref="JournalException">The directory is refused; the message says why and where.</exception>
    public static SegmentJournal Open(JournalOptions options) => Open(options, LocalDisk.Instance);

    /// <summary>The same on a disk of choice.</summary>
    /// <exception cref="JournalException">The directory is refused; the message says why and where.</exception>
    public static SegmentJournal Open(JournalOptions options, IDisk disk)
    {
        using JournalOpening opening = JournalOpening.Begin(options, disk);
        opening.StartAt(0, boundary: null);
        return opening.Finish();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">More than <see cref="MaxAppendBytes"/>, or a count that cannot be right. Nothing was
    /// taken.</exception>
    public void Append(ReadOnlySpan<byte> events, int count)
    {
        ThrowIfEnded();
        JournalArguments.CheckAppend(events, count, _maxEventBytes);
        if (!_block.Fits(events.Length))
        {
            WriteBlock();
        }

        _block.Append(events, count);
    }

    /// <inheritdoc/>
    public void Commit()
    {
        ThrowIfEnded();
        if (_block.Count > 0)
        {
            WriteBlock();
        }
    }

    /// <inheritdoc/>
    public void Confirm()
    {
        ThrowIfEnded();
        try
        {
            _directory.CheckLock();
        }
        catch (Exception e)
        {
            throw End(e);
        }
    }

    /// <inheritdoc/>
    public IJournalReader Read(long fromSequence)
    {
        JournalArguments.CheckRead(fromSequence, FirstSequence, DurableSequence);
        return new SegmentReader(_log, fromSequence);
    }

    /// <inheritdoc/>
    public uint BoundaryAt(long sequence)
    {
        using SegmentReader reader = new(_log, sequence - 1);
        return reader.TryReadBlock(out _, out _, out _) && reader.Position == sequence
            ? reader.Checksum
            : throw new JournalException($"no block of the journal ends before event {sequence}");
    }

    /// <inheritdoc/>
    public void Retire(long neededFrom, long nowMs, long deleteUpToMs) => new Archiver(this).Run(neededFrom, nowMs, deleteUpToMs);

    /// <summary>
    /// A clean stop: writes the closing block and gives the lock back. What was appended and not committed is dropped: nobody
    /// was told of it. After a write error it only lets go.
    /// </summary>
    /// <exception cref="JournalException">The closing block could not be written; everything committed is durable all the same.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            _maker.Finish();
            if (_failure is null)
            {
                Close();
            }
        }
        finally
        {
            _watermark.Dispose();
            _file.Dispose();
            _directory.Dispose();
        }
    }

    internal static SegmentJournal Start(
        JournalDirectory directory, SegmentLog log, SegmentMaker maker, Watermark watermark, IDiskFile file, JournalOptions options) =>
        new(directory, log, maker, new LazyWatermark(watermark, options.Background ?? TaskScheduler.Default), file, options.SegmentBytes);

    private void WriteBlock()
    {
        try
        {
            _directory.CheckLock();

            // The last page of a segment is kept for a closing block.
            int bytes = _block.SealedBytes;
            if (_position + bytes > _segment.Bytes - Page.Bytes)
            {
                TurnOver(bytes);
            }

            uint checksum = _checksum;
            _file.Write(_position, _block.Seal(_segment.Generation, _blockSequence, ref checksum));

            // Again: an engine that took the lock after this has read the block. One that took it before may not have, so nobody may be
            // told of it.
            _directory.CheckLock();
            _checksum = checksum;
            _position += bytes;
            _blockSequence += _block.Count;
            Volatile.Write(ref _durableBytes, _durableBytes + _block.EventBytes);
            _block.Clear();
            _log.Publish(_blockSequence);
            _watermark.Advance(bytes, new DurablePoint(_segment.Number, _position, _blockSequence, Closed: false));
            if (_position > _segment.Bytes / 4)
            {
                _maker.Begin(_segment.Number + 1, _segment.NextBytes(0, _segmentBytes));
            }
        }
        catch (Exception e)
        {
            throw End(e);
        }
    }

    private void TurnOver(int blockBytes)
    {
        long bytes = _segment.NextBytes(blockBytes, _segmentBytes);
        IDiskFile file = _maker.Take(_segment.Number + 1, bytes);
        Segment next = Recovery.Continue(_directory, _segment, bytes, _segment.Generation, _position, _blockSequence, _checksum);
        next = next.WriteHeader(_page);
        file.Write(0, _page);
        _file.Dispose();
        _file = file;
        _segment = next;
        _position = Page.Bytes;
        _checksum = next.Checksum;
        _log.Add(next);
        _watermark.Hasten();
    }

    private void Close()
    {
        try
        {
            _directory.CheckLock();
            _page.AsSpan().Clear();
            Page.PutStamps(_page);
            Page.Seal(_page, new PageHeader(_checksum, _segment.Generation, PageKind.Closing, 0, _blockSequence, 0, 0));
            _file.Write(_position, _page);
            _watermark.WriteNow(new DurablePoint(_segment.Number, _position + Page.Bytes, _blockSequence, Closed: true));
        }
        catch (Exception e)
        {
            throw End(e);
        }
    }

    private JournalException End(Exception cause) => _failure = new JournalException(
        $"writing to {_segment.Path} at byte {_position} failed, and with it all writing: {cause.Message} What was not answered is in "
            + "doubt; stop, mend the disk and start again.",
        cause);

    private void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null)
        {
            throw new JournalException(_failure.Message, _failure);
        }
    }
}
