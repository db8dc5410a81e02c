using Matching.Structures;

namespace Matching.Core.Tests.Structures;

public sealed class RowsTests
{
    private const int Many = 50_000;

    [Fact]
    public void Slots_are_given_out_from_one_on_and_their_rows_are_zero()
    {
        var rows = new Rows<Row>();
        for (int slot = 1; slot <= Many; slot++)
        {
            Assert.Equal(slot, rows.Add());
            Assert.Equal(default, rows[slot]);
            rows[slot] = new Row(slot, -slot);
        }

        Assert.Equal(Many, rows.Count);
        for (int slot = 1; slot <= Many; slot++)
        {
            Assert.Equal(new Row(slot, -slot), rows[slot]);
        }
    }

    [Fact]
    public void Several_given_out_at_once_may_pass_the_middle_of_a_block_and_its_end()
    {
        foreach (int before in (int[])[0, 2_000, 2_047, 2_048, 4_000, 4_090, 4_095])
        {
            var rows = new Rows<Row>();
            while (rows.Count < before)
            {
                rows.Add();
            }

            Assert.Equal(before + 1, rows.Add(100));
            while (rows.Count < Many)
            {
                int slot = rows.Add();
                rows[slot] = new Row(slot, 1);
            }

            Assert.Equal(new Row(Many, 1), rows[Many]);
        }
    }

    [Fact]
    public void A_reference_to_a_row_stays_good_while_the_rows_grow()
    {
        var rows = new Rows<Row>();
        ref Row first = ref rows[rows.Add()];
        while (rows.Count < Many)
        {
            rows.Add();
        }

        first = new Row(7, 8);
        Assert.Equal(new Row(7, 8), rows[1]);
    }

    private readonly record struct Row(long A, long B);
}
