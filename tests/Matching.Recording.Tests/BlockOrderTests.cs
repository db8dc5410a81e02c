
namespace Matching.Recording.Tests;

/// <summary>
/// A campaign command is replayed behind what each shard did before it knew of it, and before what it did then, wherever the blocks lie in
/// the file.
/// </summary>
public sealed class BlockOrderTests
{
    [Theory]
    [InlineData("a1 b1 C1 a2 b2 am1 a3 bm1 b3", "a1 b1 a2 b2 C1 a3 b3")]
    [InlineData("C1 am1 a1 am2 b1 C2 bm1 b2 bm2 a2 b3", "b1 C1 a1 b2 C2 a2 b3")]
    [InlineData("C1 C2 am2 bm2 a1", "C1 C2 a1")]
    [InlineData("C1 am1 bm1 C2 a1 bm2 b1 a2 am2", "C1 a1 a2 C2 b1")]
    public void Marks_decide_the_order(string file, string order) => Assert.Equal(order, Order(file));

    [Theory]
    [InlineData("a1 am1 a2 bm1 b1", "a1 a2 b1")]
    [InlineData("C1 am1 a1 b1", "b1 C1 a1")]
    [InlineData("C1 b1 C2 a1", "b1 a1 C1 C2")]
    [InlineData("C1 am1 a1 C2 bm2 b1 am2 a2", "C1 a1 C2 b1 a2")]
    public void What_is_lost_or_cut_off_is_not_waited_for(string file, string order) => Assert.Equal(order, Order(file));

    [Fact]
    public void A_shard_that_never_comes_to_its_mark_holds_up_no_more_than_so_many_blocks()
    {
        string many = string.Join(' ', Enumerable.Range(1, 3_000).Select(number => $"a{number}"));
        string[] order = Order("C1 am1 " + many + " b1").Split(' ');
        Assert.Equal(["C1", "a1"], order[..2]);
        Assert.Equal("b1", order[^1]);
        Assert.Equal(3_002, order.Length);
    }

    // a1: a block of shard 0; bm1: shard 1 marks campaign command 1; C1: that command. Each is overwritten when the next is asked for.
    private static string Order(string file) =>
        string.Join(' ', new BlockOrder(2).Of(Blocks(file)).Select(block => block.Where[..(int)block.Bytes.Span[^1]]));

    private static IEnumerable<RecordedBlock> Blocks(string file)
    {
        byte[] block = new byte[RecordingFormat.BlockHeadBytes + 1];
        foreach (string name in file.Split(' '))
        {
            byte kind = name[0] == 'C' ? RecordingFormat.Campaigns : name[1] == 'm' ? RecordingFormat.Mark : RecordingFormat.Commands;
            block[^1] = (byte)name.Length;
            RecordingFormat.WriteBlockHead(block, kind, name[0] == 'b' ? 1 : 0, 1, 0,
                long.Parse(name.TrimStart('a', 'b', 'C', 'm'), System.Globalization.CultureInfo.InvariantCulture));
            yield return new RecordedBlock(block, name);
            Array.Clear(block);
        }
    }
}
