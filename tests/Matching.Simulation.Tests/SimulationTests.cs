using System.Globalization;
using Xunit.Abstractions;

namespace Matching.Simulation.Tests;

/// <summary>
/// The whole engine on one thread, on a disk that fails and in a time that is made up: short stories with at least one end that nobody
/// wanted. MATCHING_SEED is the first seed, MATCHING_SEEDS how many.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 1_500;

    [Fact]
    public void Whatever_the_disk_and_the_process_do_nothing_answered_is_lost_or_doubled_and_every_fault_was_tried()
    {
        int first = Number("MATCHING_SEED", 0);
        int count = Number("MATCHING_SEEDS", Seeds);
        Coverage coverage = Campaign.Run(first, count, 1, PlantedFault.None, out IReadOnlyList<SimulationException> failures);
        output.WriteLine(coverage.ToString());
        Assert.Empty(failures);
        if (count >= Seeds)
        {
            Assert.Empty(coverage.Missing);
        }
    }

    [Fact]
    public void A_seed_repeats_its_run_exactly()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(Story.Play(seed), Story.Play(seed));
        }

        Assert.NotEqual(Story.Play(1), Story.Play(2));
    }

    [Theory]
    [InlineData(PlantedFault.AnswerBeforeDurable)]
    [InlineData(PlantedFault.NoChecksum)]
    [InlineData(PlantedFault.AppendAfterAHole)]
    [InlineData(PlantedFault.LostDirectorySync)]
    [InlineData(PlantedFault.WatermarkIgnored)]
    [InlineData(PlantedFault.TeamSizePlusOne)]
    [InlineData(PlantedFault.RefundDroppedAtExpiry)]
    [InlineData(PlantedFault.RefundOfAnotherAmount)]
    [InlineData(PlantedFault.SnapshotNamedUnsynced)]
    [InlineData(PlantedFault.ArchivedUnsynced)]
    [InlineData(PlantedFault.SegmentDroppedEarly)]
    [InlineData(PlantedFault.SegmentMadeUnsynced)]
    [InlineData(PlantedFault.ShortenedEarly)]
    [InlineData(PlantedFault.ShortenedTooFar)]
    [InlineData(PlantedFault.PartitionLeftOut)]
    [InlineData(PlantedFault.CheckpointWithoutRecords)]
    [InlineData(PlantedFault.LostLedgerNotRebuilt)]
    [InlineData(PlantedFault.LedgerForgets)]
    [InlineData(PlantedFault.ReserveIgnored)]
    [InlineData(PlantedFault.RoomUnnoticed)]
    public void A_planted_fault_is_found_and_its_seed_is_told(PlantedFault planted)
    {
        const int Enough = 1_000;
        Campaign.Run(0, Enough, 1, planted, out IReadOnlyList<SimulationException> failures);
        SimulationException failure = Assert.Single(failures);
        Assert.Contains("MATCHING_SEED=", failure.Message, StringComparison.Ordinal);
        output.WriteLine(failure.Message);
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : otherwise;
}
