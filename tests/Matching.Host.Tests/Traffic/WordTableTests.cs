using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

public sealed class WordTableTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("541312140", 541312140)]
    [InlineData("4503599627370495", 4503599627370495)]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("1788888888888888888", 1788888888888888888)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_canonical_number_is_its_own_id(string word, long id) => Assert.Equal(id, Id(new WordTable(), word));

    [Theory]
    [InlineData("0")]
    [InlineData("07")]
    [InlineData("+7")]
    [InlineData("7.0")]
    [InlineData(" 7")]
    [InlineData("-7")]
    [InlineData("４")]
    [InlineData("85123A")]
    [InlineData("4503599627370496")]
    [InlineData("9007199254740991")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999999")]
    [InlineData("咖啡")]
    public void Anything_else_is_a_word_with_an_id_from_2_to_the_52_on_and_comes_back_byte_for_byte(string word)
    {
        var words = new WordTable();
        long id = Id(words, word);
        Assert.InRange(id, 1L << 52, (1L << 53) - 1);
        Assert.Equal(word, Word(words, id));
        Assert.Equal(id, Id(words, word));
        Assert.Equal(id, Id(new WordTable(), word));
        Assert.Equal(1, words.Count);
    }

    [Fact]
    public void Words_that_look_alike_are_different_ids()
    {
        var words = new WordTable();
        string[] alike = ["7", "07", "7.0", "7 ", "Latte", "latte", "Latté", "Latte\u0301"];
        Assert.Equal(alike.Length, alike.Select(word => Id(words, word)).Distinct().Count());
    }

    [Fact]
    public void Two_words_with_one_hash_are_refused_and_both_are_named()
    {
        var words = new WordTable(word => (ulong)word.Length);
        Id(words, "Bread");
        Id(words, "Bread");
        var e = Assert.Throws<InvalidDataException>(() => Id(words, "Latte"));
        Assert.Contains("'Bread' and 'Latte'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_of_a_word_never_changes()
    {
        // Data directories hold these ids: another hash would make strangers of known buyers. Computed apart, in Python.
        Assert.Equal(0xECBA3DF2C3383C52UL, WordTable.Fnv1a(""u8));
        Assert.Equal(0xDF04E0B8E9DC9C67UL, WordTable.Fnv1a("Bread"u8));
    }

    [Fact]
    public void Hundreds_of_thousands_of_words_all_come_back()
    {
        var words = new WordTable();
        long[] ids = [.. Enumerable.Range(0, 300_000).Select(i => Id(words, $"word-{i}"))];
        Assert.Equal(300_000, words.Count);
        for (int i = 0; i < ids.Length; i += 997)
        {
            Assert.Equal($"word-{i}", Word(words, ids[i]));
        }
    }

    [Fact]
    public void A_hashed_id_of_another_run_is_written_as_its_number() =>
        Assert.Equal("4503599627370497", Word(new WordTable(), (1L << 52) + 1));

    private static long Id(WordTable words, string word) => words.IdOf(Encoding.UTF8.GetBytes(word));

    private static string Word(WordTable words, long id)
    {
        using var bytes = new MemoryStream();
        words.WriteWord(id, bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
