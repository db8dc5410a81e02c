using FsCheck.Xunit;
using Matching.Core.Tests.Structures;
using Matching.Kit;

namespace Matching.Core.Tests.Campaigns;

/// <summary>R10–R16, R18, R20, R21, R34, R35, R45: any program of control commands and time.</summary>
public sealed class ControlPropertyTests
{
    public static TheoryData<string> Faults => [.. Enum.GetNames<TwinFault>().Skip(1)];

    [Property(MaxTest = 250, Arbitrary = [typeof(Numbers)])]
    public void Book_and_twin_agree_on_every_answer_and_every_reading_and_the_journal_rebuilds_the_book(Program<int> program) =>
        ControlPrograms.Play(program.Steps);

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string name)
    {
        TwinFault fault = Enum.Parse<TwinFault>(name);
        Random seeded = new(20_251_111);
        int programs = 0;
        while (programs < 1_500)
        {
            programs++;
            int[] steps = [.. Enumerable.Range(0, 60).Select(_ => seeded.Next())];
            try
            {
                ControlPrograms.Play(steps, fault);
            }
            catch (DisagreementException)
            {
                return;
            }
        }

        Assert.Fail($"{fault} was not found in {programs} programs");
    }
}
