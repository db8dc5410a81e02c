using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Matching.Host.Run;

/// <summary>
/// Where the known fields of one line are. Kept apart from what they mean, so that a line that is refused can still be answered
/// under its id. Re-used line after line by one thread; nothing is allocated for a good line.
/// </summary>
internal sealed class LineTokens
{
    private static readonly SearchValues<string> AfterReason =
        SearchValues.Create([" LineNumber:", " Change the reader options"], StringComparison.Ordinal);

    private readonly Token[] _tokens = new Token[Fields.Count];
    private uint _present;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The known fields of the line, a bit each.</summary>
    public uint Present => _present;

    public ref readonly Token this[Field field] => ref _tokens[(int)field];

    public bool Has(Field field) => (_present & (1u << (int)field)) != 0;

    /// <summary>The id's bytes as they were sent; empty where there was none to be read.</summary>
    public ReadOnlySpan<byte> Id(ReadOnlySpan<byte> line)
    {
        if (!Has(Field.Id))
        {
            return default;
        }

        ReadOnlySpan<byte> id = _tokens[(int)Field.Id].Of(line);
        return Utf8.IsValid(id) ? id : default;
    }

    /// <summary>Reads a whole line.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public string? Read(ReadOnlySpan<byte> line)
    {
        _present = 0;
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return "an empty line is not a request";
        }

        try
        {
            string? problem = Walk(new Utf8JsonReader(line, isFinalBlock: true, state: default));
            return Utf8.IsValid(line) ? problem : "the line is not valid UTF-8";
        }
        catch (JsonException e)
        {
            if (line.StartsWith(ByteOrderMark))
            {
                return "the line begins with a byte order mark: send UTF-8 without one";
            }

            // Behind these words stand the reader's counting of lines, and advice to whom it is part of.
            int end = e.Message.AsSpan().IndexOfAny(AfterReason);
            return string.Create(
                null, $"the line is not valid JSON at byte {e.BytePositionInLine}: {(end < 0 ? e.Message : e.Message[..end])}");
        }
    }

    /// <summary>Reads the beginning of a line that is refused whatever it says: all that is wanted is its id.</summary>
    public void ReadBeginning(ReadOnlySpan<byte> beginning)
    {
        _present = 0;
        try
        {
            Walk(new Utf8JsonReader(beginning, isFinalBlock: false, state: default));
        }
        catch (JsonException)
        {
            // The id stands if it came before the fault; the line is refused in any case.
            return;
        }
    }

    private string? Walk(Utf8JsonReader reader)
    {
        string? problem = null;
        if (!reader.Read())
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return "a request is one JSON object";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Field field = reader.ValueIsEscaped ? FieldOfEscaped(reader) : Fields.Of(reader.ValueSpan);
            if (!reader.Read())
            {
                return problem;
            }

            int start = (int)reader.TokenStartIndex;
            JsonTokenType type = reader.TokenType;
            bool escaped = reader.ValueIsEscaped;
            if (!reader.TrySkip())
            {
                return problem;
            }

            if (field == Field.Unknown)
            {
                continue;
            }

            if (Has(field))
            {
                problem ??= $"{Fields.NameOf(field)} is given twice";
                continue;
            }

            _present |= 1u << (int)field;
            _tokens[(int)field] = new Token(type, start, (int)reader.BytesConsumed - start, escaped);
        }

        // What follows the object is refused by this read.
        reader.Read();
        return problem;
    }

    private static Field FieldOfEscaped(Utf8JsonReader reader)
    {
        try
        {
            return Fields.Of(Encoding.UTF8.GetBytes(reader.GetString()!));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: a name of nobody's.
            return Field.Unknown;
        }
    }
}

/// <summary>One value of a line: its kind and its bytes, quotes and brackets included.</summary>
internal readonly record struct Token(JsonTokenType Type, int Start, int Length, bool Escaped)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line) => line.Slice(Start, Length);

    /// <summary>The bytes of a string, unescaped; empty where it is no valid text.</summary>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> line)
    {
        if (!Escaped)
        {
            return line.Slice(Start + 1, Length - 2);
        }

        try
        {
            var reader = new Utf8JsonReader(Of(line));
            reader.Read();
            return Encoding.UTF8.GetBytes(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: no word of the protocol.
            return default;
        }
    }

    /// <summary>The value as a refusal shows it, at most 40 characters of it.</summary>
    public string Excerpt(ReadOnlySpan<byte> line)
    {
        const int Shown = 40;
        string text = Encoding.UTF8.GetString(Of(line)[..Math.Min(Length, Shown * 4)]);
        return text.Length <= Shown ? text : text[..Shown] + "…";
    }
}
