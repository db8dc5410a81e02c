using System.Text;
using Matching.Host.Run;

namespace Matching.Host.Tests.Run;

/// <summary>Input is cut into the same lines however it arrives.</summary>
public sealed class LineBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public void Lines_do_not_depend_on_how_they_arrive(int piece)
    {
        string[] lines = Cut("a\nbb\r\n\n\nccc", piece);

        Assert.Equal(["a", "bb\r", "", "", "ccc"], lines);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void A_line_of_64_KiB_is_taken_and_one_more_byte_is_too_long(int piece)
    {
        string longest = new('x', LineBuffer.MaxLine), over = new('y', LineBuffer.MaxLine + 1), huge = new('z', 1_000_000);

        string[] lines = Cut($"{longest}\n{longest}\r\n{over}\n1\n{huge}\n2\n{over}\r\n3\n{longest}", piece);

        Assert.Equal([longest, longest, "long y", "1", "long z", "2", "long y", "3", longest], lines.Select(Short).ToArray());

        string Short(string line) => line.TrimEnd('\r');
    }

    [Fact]
    public void A_line_that_is_too_long_and_never_ends_is_one_line() =>
        Assert.Equal(["a", "long z"], Cut("a\n" + new string('z', 1_000_000), 4096));

    [Fact]
    public void A_byte_order_mark_before_the_first_line_is_dropped() =>
        Assert.Equal(["a", "b"], Cut("\uFEFFa\nb\n", 2));

    [Fact]
    public void No_input_is_no_line() => Assert.Empty(Cut("", 10));

    private static string[] Cut(string input, int piece)
    {
        var buffer = new LineBuffer();
        var lines = new List<string>();
        ReadOnlySpan<byte> left = Encoding.UTF8.GetBytes(input);
        bool atEnd;
        do
        {
            Span<byte> room = buffer.Room;
            int count = Math.Min(Math.Min(piece, left.Length), room.Length);
            left[..count].CopyTo(room);
            left = left[count..];
            buffer.Filled(count);
            atEnd = count == 0;
            while (buffer.TryNext(atEnd, out ReadOnlySpan<byte> line, out bool tooLong))
            {
                string text = Encoding.UTF8.GetString(line);
                Assert.True(line.Length <= LineBuffer.MaxLine);
                lines.Add(tooLong ? $"long {text[0]}" : text);
            }
        }
        while (!atEnd);

        return [.. lines];
    }
}
