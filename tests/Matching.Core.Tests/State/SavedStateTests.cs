using FsCheck;
using FsCheck.Fluent;
using Matching.Core.Tests.Campaigns;
using Matching.Core.Tests.Structures;
using Matching.Kit;
using Matching.Structures;

namespace Matching.Core.Tests.State;

/// <summary>A saved state and the events behind it give what all events give: R35, R38, R41 over any number of starts.</summary>
public sealed class SavedStateTests
{
    private const int MaxSteps = 120;

    public static TheoryData<string> Faults => [.. Enum.GetNames<StateFault>().Skip(1)];

    public static Arbitrary<Program<int>> AnyProgram() => Programs.Of(Gen.Choose(0, int.MaxValue), MaxSteps, 0);

    [CampaignProperty(10, Arbitrary = [typeof(SavedStateTests)])]
    public void A_saved_state_and_the_rest_of_the_events_give_the_state_of_all_events_for_any_number_of_books(Program<int> program) =>
        StatePrograms.Play(program.Steps);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        StateFault fault = Enum.Parse<StateFault>(name);
        Random seeded = new(20_261_111);
        for (int program = 0; program < 100; program++)
        {
            int[] steps = [.. Enumerable.Range(0, MaxSteps).Select(_ => seeded.Next())];
            try
            {
                StatePrograms.Play(steps, fault);
            }
            catch (Exception e) when (e is DisagreementException or InvariantException or KeyNotFoundException)
            {
                return;
            }
        }

        Assert.Fail($"{fault} was not found");
    }

    [Fact]
    public void A_section_of_a_newer_layout_is_refused()
    {
        SavedState saved = One();
        foreach ((int section, byte[] bytes) in saved.Sections)
        {
            (bytes[0], string words) = section == StateSections.Head ? ((byte)11, "version 11; this program reads version 10")
                : ((byte)9, "version 9; this program reads version 8");
            Exception refused = Assert.ThrowsAny<FormatException>(() => saved.Load(new BookOptions(), new(), 1));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
            bytes[0] = 1;
            Assert.True(section >= 0);
        }

        Assert.Equal(1, saved.Load(new BookOptions(), new(), 1).All[0].CountAll().TeamsOpen);
    }

    [Fact]
    public void A_section_cut_short_or_with_a_link_out_of_its_rows_is_refused_and_reads_no_memory_that_is_not_its_own()
    {
        byte[] partition = One().Sections.First().Value;
        for (int length = 0; length < partition.Length; length++)
        {
            Assert.Throws<FormatException>(() => new Book(new BookOptions()).Load(0, partition.AsSpan(0, length)));
        }

        for (int at = 0; at < partition.Length; at++)
        {
            byte[] damaged = [.. partition];
            damaged[at] ^= 0x40;
            Exception? refused = Record.Exception(() => new Book(new BookOptions()).Load(0, damaged));
            Assert.True(refused is null or FormatException or InvariantException or IndexOutOfRangeException or OverflowException,
                $"byte {at}: {refused}");
        }
    }

    /// <summary>States saved until 2.0 link holds whose team dissolved to rows that may have left (R7, R33).</summary>
    [Fact]
    public void A_link_that_an_older_state_left_in_a_hold_without_a_team_is_not_followed()
    {
        var books = new Books(new BookOptions { TeamSize = 3 }, new());
        Do(Operation.OpenTeam, 1, 0);
        Do(Operation.Hold, 2, books.All[0].CountAll().TeamsOpened << 10 | (uint)Book.PartitionOf(1));
        Do(Operation.RequestRefund, 1, 0);
        Do(Operation.ApproveRefund, 1, 0);
        SavedState saved = SavedState.Of(books.Save);
        byte[] partition = saved.Sections.First().Value;
        long until = 1_000 + new BookOptions().HoldMs;
        int hold = partition.AsSpan().IndexOf(BitConverter.GetBytes(until));
        Assert.Equal(hold, partition.AsSpan().LastIndexOf(BitConverter.GetBytes(until)));
        BitConverter.TryWriteBytes(partition.AsSpan(hold + (2 * sizeof(long)) + (3 * sizeof(int))), 77);
        Books loaded = saved.Load(new BookOptions(), new(), 1);
        loaded.Validate();
        Assert.Equal(books.StateHash(), loaded.StateHash());

        void Do(Operation operation, long order, long team) => books.All[0].Execute(
            new Command { Operation = operation, Item = 1, Buyer = order, Order = order, Team = team, Quantity = 1 }, 1_000, out _);
    }

    private static SavedState One()
    {
        var books = new Books(new BookOptions(), new());
        books.All[0].Execute(new Command { Operation = Operation.QuickJoin, Item = 1, Buyer = 1, Order = 1, Quantity = 1 }, 1_000, out _);
        return SavedState.Of(books.Save);
    }
}
