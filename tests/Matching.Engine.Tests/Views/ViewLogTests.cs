using Matching.Core;

namespace Matching.Engine.Tests.Views;

/// <summary>Views (R22): not durable, never waited for, and lost ones counted.</summary>
public sealed class ViewLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matching-views").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Views_of_an_engine_are_read_back_from_its_directory()
    {
        var view = new View(3, 11) { Source = Source.LiveRoom, Sharer = 12, At = 1000 };
        await using (MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = _folder }))
        {
            Assert.True(await engine.ViewAsync(view));
            Assert.Equal(2, await engine.ViewBatchAsync(new[] { view with { Item = 4 }, new View(5, 11) }));
            Assert.Equal((3, 0), (engine.Views.Noted, engine.Views.Lost));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await engine.ViewAsync(view with { Viewer = 0 }));
        }

        List<(View View, long Lost)> read = Read();
        Assert.Equal([(view, 0), (view with { Item = 4 }, 0)], read[..2]);
        Assert.Equal(5, read[2].View.Item);
        Assert.InRange(read[2].View.At, 1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task In_memory_and_after_closing_views_are_not_taken_in()
    {
        await using MatchingEngine inMemory = await MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true });
        Assert.False(await inMemory.ViewAsync(new View(1, 1)));
        MatchingEngine closed = await MatchingEngine.OpenAsync(new MatchingOptions { DataDirectory = _folder });
        await closed.DisposeAsync();
        Assert.False(await closed.ViewAsync(new View(1, 1)));
        Assert.Empty(Read());
    }

    [Fact]
    public void What_does_not_fit_the_queue_is_lost_and_the_log_says_so()
    {
        bool low = false;
        var loop = new ViewLoop(new ViewLogWriter(_folder), () => low, () => 77);
        for (int i = 0; i < ViewLoop.Capacity + 5; i++)
        {
            Assert.Equal(i < ViewLoop.Capacity, loop.Note(new View(1, 1)));
        }

        loop.Complete();
        Assert.True(loop.RunAsync().IsCompletedSuccessfully);
        Assert.Equal(new ViewStatus(ViewLoop.Capacity, ViewLoop.Capacity, 5), loop.Status);
        List<(View View, long Lost)> read = Read();
        Assert.Equal(ViewLoop.Capacity, read.Count(record => record.Lost == 0));
        Assert.Equal((77, 5), (read[^1].View.At, read[^1].Lost));

        low = true;
        var full = new ViewLoop(new ViewLogWriter(_folder), () => low, () => 78);
        Assert.True(full.Note(new View(1, 1)));
        full.Complete();
        Assert.True(full.RunAsync().IsCompletedSuccessfully);
        Assert.Equal(1, full.Status.Lost);
        Assert.Equal(read.Count, Read().Count);
    }

    [Fact]
    public void The_log_is_bounded_a_cut_record_passed_over_and_a_damaged_one_counted()
    {
        using (var writer = new ViewLogWriter(_folder, mostBytes: 16 * 400))
        {
            for (int i = 1; i <= 1000; i++)
            {
                writer.Add(new View(i, 1) { At = 1 });
            }
        }

        List<(View View, long Lost)> read = Read();
        Assert.InRange(read.Count, 150, 170);
        Assert.Equal(1000, read[^1].View.Item);
        string last = ViewLogReader.List(_folder)[^1];
        byte[] bytes = File.ReadAllBytes(last);
        bytes[^1] ^= 1;
        File.WriteAllBytes(last, [.. bytes, 1, 2, 3]);
        List<(View View, long Lost)> damaged = Read();
        Assert.Equal(read.Count, damaged.Count);
        Assert.Equal(1, damaged[^1].Lost);
    }

    private List<(View View, long Lost)> Read()
    {
        List<(View View, long Lost)> read = [];
        foreach (string path in ViewLogReader.List(_folder))
        {
            using var reader = new ViewLogReader(path, 0);
            while (reader.TryRead(out View view, out long lost))
            {
                read.Add((view, lost));
            }
        }

        return read;
    }
}
