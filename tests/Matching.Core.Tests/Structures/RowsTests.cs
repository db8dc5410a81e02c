using Matching.Core.Structures;

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
