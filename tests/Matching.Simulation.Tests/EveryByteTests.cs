using System.Globalization;
using Xunit.Abstractions;

namespace Matching.Simulation.Tests;

/// <summary>
/// Damage to a whole directory, journal and snapshots of 64 KiB each, as an engine finds it: detected or harmless, never silent.
/// MATCHING_DAMAGE=all tries every byte and every length (the better part of an hour), a number every so many.
/// </summary>
public sealed class EveryByteTests(ITestOutputHelper output)
{
    private const int Stride = 499;

    [Fact]
    public void A_flipped_byte_or_a_file_cut_short_is_refused_told_or_harmless()
    {
        string? damage = Environment.GetEnvironmentVariable("MATCHING_DAMAGE");
        int stride = damage switch
        {
            null => Stride,
            "all" => 1,
            _ => int.Parse(damage, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        EveryByteReport report = new EveryByte().Run(stride);
        output.WriteLine(report.ToString());
        Assert.Empty(report.Silent);
        Assert.Equal(0, report[Found.Silent]);
        Assert.All([Found.Refused, Found.Told, Found.Harmless], found => Assert.True(report[found] > 0, $"{found} never came"));
    }

    // The negative control: what no checksum can tell is silent damage, and is called so.
    [Fact]
    public void A_change_under_checksums_made_anew_is_seen_to_be_silent() =>
        Assert.All(new EveryByte().RunForged(), found => Assert.Equal(Found.Silent, found));
}
