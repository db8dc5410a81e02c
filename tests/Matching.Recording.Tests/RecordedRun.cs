using Matching.Core;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Recording.Tests;

/// <summary>An engine that records to a disk in memory, and what a reader finds there.</summary>
internal sealed class RecordedRun(FaultyDisk disk, RecordingOptions? options = null)
{
    public const string Folder = "/recording";
    public const string FirstFile = "/recording/recording-000001.rec";

    public FaultyDisk Disk => disk;

    public SteppedEngine Open(int shards = 1, int seed = 1, SteppedTime? time = null, bool manual = false, BookOptions? book = null) =>
        SteppedEngine.Open(shards: shards, seed: seed, time: time, with: defaults => defaults with
        {
            Recording = (options ?? new RecordingOptions { Directory = Folder }) with { Disk = disk },
            ManualClock = manual,
            Book = book ?? new BookOptions(),
        });

    public RecordingReader Read() => RecordingReader.Open(disk, Folder);

    public IReadOnlyList<RecordedCommand> Commands() => [.. Read().Sittings.SelectMany(sitting => sitting.Commands())];

    /// <summary>Records so many quick joins, and ends.</summary>
    public void RecordJoins(int count)
    {
        SteppedEngine engine = Open();
        for (int i = 1; i <= count; i++)
        {
            engine.Join(item: 1 + (i % 5), buyer: i, order: i);
        }

        engine.Close();
    }
}
