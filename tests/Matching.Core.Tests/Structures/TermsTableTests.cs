using Matching.Core.Tables;

namespace Matching.Core.Tests.Structures;

public sealed class TermsTableTests
{
    [Fact]
    public void Equal_terms_are_one_entry_and_different_ones_are_not()
    {
        var table = new TermsTable();
        FrozenTerms[] different =
        [
            new(2, 100, 86_400_000, true, 0, 0), new(3, 100, 86_400_000, true, 0, 0), new(2, 101, 86_400_000, true, 0, 0),
            new(2, 100, 86_400_001, true, 0, 0), new(2, 100, 86_400_000, false, 0, 0),
            new(2, 100, 86_400_000, true, 1, 1), new(2, 100, 86_400_000, true, 1, 2),
        ];
        int[] slots = [.. different.Select(terms => table.SlotOf(terms))];
        Assert.Equal(different.Length, slots.Distinct().Count());
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < different.Length; i++)
            {
                Assert.Equal(slots[i], table.SlotOf(different[i]));
                Assert.Equal(slots[i], table.SlotOf(different[i]));
                Assert.Equal(different[i], table[slots[i]]);
            }
        }
    }
}
