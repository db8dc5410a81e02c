using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;

namespace Matching.Engine.Tests;

/// <summary>
/// R38: wherever the journal ends between two blocks, recovery gives the state that was there when the block was written.
/// </summary>
public sealed class BlockBoundaryTests : IDisposable
{
    private const int Blocks = 150;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Recovery_at_every_block_boundary_gives_the_state_of_that_moment()
    {
        var commands = new RandomCommands(seed: 11, startMs: 1_000);
        var book = new Book(new BookOptions { MaxTeamSize = 5 });
        Dictionary<long, (ulong Hash, Counts Counts)> expected = [];
        using SegmentJournal journal =
            SegmentJournal.Open(new JournalOptions { Directory = Path.Combine(_directory.FullName, "data"), SegmentBytes = 1 << 20 });
        while (expected.Count < Blocks)
        {
            book.Execute(commands.Next(), clockNow: 0, out _);
            if (book.Events.Count >= 7)
            {
                journal.Append(book.Events.Written, book.Events.Count);
                journal.Commit();
                book.Events.Clear();
                expected.Add(journal.DurableSequence, (book.StateHash(), book.CountAll()));
            }
        }

        // One reader passes every boundary: a journal that ended there would be recovered by exactly these events.
        var recovered = new Book(book.Options);
        int boundaries = 0;
        using IJournalReader reader = journal.Read(0);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
        {
            while (!events.IsEmpty)
            {
                events = events[EventCodec.Read(events.Span, out Event e)..];
                recovered.Apply(e);
            }

            recovered.Validate();
            Assert.Equal(expected[sequence + count], (recovered.StateHash(), recovered.CountAll()));
            boundaries++;
        }

        Assert.Equal(Blocks, boundaries);
    }
}
