using Matching.Core.Tables;
using Matching.Structures;

namespace Matching.Core.Tests.Structures;

public sealed class TeamDirectoryTests
{
    [Fact]
    public void Ids_are_dense_in_each_partition_and_carry_it()
    {
        var directory = new TeamDirectory();
        Assert.Equal(1024 + 7, directory.NextId(7));
        directory.Add(1024 + 7, 1);
        Assert.Equal((2 * 1024) + 7, directory.NextId(7));
        Assert.Equal(1024 + 8, directory.NextId(8));
        Assert.Equal(1024, directory.NextId(0));
        Assert.Equal(1024 + 1023, directory.NextId(1023));
    }

    [Fact]
    public void Every_team_entered_is_found_and_no_other()
    {
        var directory = new TeamDirectory();
        var entered = new Dictionary<long, int>();
        for (int slot = 1; slot <= 20_000; slot++)
        {
            long id = directory.NextId((int)(Mix.Of((ulong)slot) % 37));
            directory.Add(id, slot);
            entered.Add(id, slot);
        }

        for (long id = -2000; id < 2_000_000; id++)
        {
            Assert.Equal(entered.GetValueOrDefault(id), directory.Find(id));
        }

        Assert.Equal(0, directory.Find(long.MaxValue));
        Assert.Equal(0, directory.Find(long.MinValue));
    }

    [Fact]
    public void A_team_out_of_turn_is_refused_with_the_id_that_was_next()
    {
        var directory = new TeamDirectory();
        directory.Add(1024 + 3, 1);
        InvariantException skipped = Assert.Throws<InvariantException>(() => directory.Add((3 * 1024) + 3, 2));
        Assert.Contains($"{(2 * 1024) + 3}", skipped.Message, StringComparison.Ordinal);
        Assert.Throws<InvariantException>(() => directory.Add(1024 + 3, 2));
        Assert.Equal((2 * 1024) + 3, directory.NextId(3));
    }
}
