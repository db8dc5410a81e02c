using System.Text;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>
/// Reads text of other encodings as UTF-8. A byte order mark says which it is; without one, it is UTF-8 unless another is named.
/// </summary>
internal static class TextEncodings
{
    private const int MarkBytes = 4;

    private static readonly Dictionary<string, Func<Encoding>> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf-8"] = () => Encoding.UTF8,
        ["utf-16"] = () => Encoding.Unicode,
        // What is GBK is GB 18030, which has more.
        ["gbk"] = () => CodePagesEncodingProvider.Instance.GetEncoding(
            "gb18030", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFD"))!,
        ["latin1"] = () => Encoding.Latin1,
    };

    /// <summary>The names that <c>--encoding</c> takes.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>A stream's text as UTF-8. What cannot be read becomes U+FFFD there; UTF-8 stays as it is, byte for byte.</summary>
    /// <param name="name">The file, for a message.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="asked">The encoding named; null for none.</param>
    /// <exception cref="UsageException">The file's mark says another one than was named.</exception>
    public static Stream AsUtf8(string name, Stream content, string? asked)
    {
        var head = new HeadStream(content, MarkBytes);
        (string Encoding, Encoding? Read)? mark = MarkOf(head.Head);
        if (mark is { } found && asked is not null && !string.Equals(found.Encoding, asked, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"--encoding {asked}: {name} begins with the mark of {found.Encoding}");
        }

        Encoding encoding = mark?.Read ?? Known[asked ?? "utf-8"]();
        return encoding is UTF8Encoding ? head : Encoding.CreateTranscodingStream(head, encoding, Encoding.UTF8);
    }

    private static (string Encoding, Encoding? Read)? MarkOf(ReadOnlySpan<byte> head) =>
        head.StartsWith("\uFEFF"u8) ? ("utf-8", Encoding.UTF8)
        : head.SequenceEqual<byte>([0xFF, 0xFE, 0, 0]) ? ("utf-32", Encoding.UTF32)
        : head.StartsWith<byte>([0xFF, 0xFE]) ? ("utf-16", Encoding.Unicode)
        : head.StartsWith<byte>([0xFE, 0xFF]) ? ("utf-16", Encoding.BigEndianUnicode)
        : null;
}
