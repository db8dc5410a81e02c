using System.Text.Json;
using Matching.Core;

namespace Matching.Host.Run.Campaigns;

/// <summary>
/// Reads the fields of a rare line by name and remembers the first that is missing or out of its range. For lines about
/// campaigns, some a second at most; joins have a parser that allocates nothing.
/// </summary>
internal sealed class LineFields(JsonElement line)
{
    /// <summary>Names the first field that is wrong, its value and what is allowed; null while all are right.</summary>
    public string? Problem { get; private set; }

    /// <summary>An id that must be there.</summary>
    public long Id(string name) => Integer(name, 1, BookOptions.MaxId, required: true, isId: true) ?? 0;

    /// <summary>An id, or 0 where it is left out or 0.</summary>
    public long IdOrNone(string name) => Integer(name, 0, BookOptions.MaxId, required: false, isId: true) ?? 0;

    /// <summary>A time that must be there, in ms since 1970.</summary>
    public long Time(string name) => Number(name, 0, BookOptions.MaxExact, required: true) ?? 0;

    /// <summary>An integer, or <paramref name="otherwise"/> where it is left out.</summary>
    public long NumberOr(string name, long otherwise, long min = 0, long max = BookOptions.MaxExact) =>
        Number(name, min, max, required: false) ?? otherwise;

    /// <summary>An integer; null where it is left out.</summary>
    public long? Number(string name, long min, long max, bool required) => Integer(name, min, max, required, isId: false);

    private long? Integer(string name, long min, long max, bool required, bool isId)
    {
        if (!Take(name, required, out JsonElement field))
        {
            return null;
        }

        if ((isId || field.ValueKind == JsonValueKind.Number) && field.TryGetId(out long value) && value >= min && value <= max)
        {
            return value;
        }

        Wrong(name, field, $"an integer from {min} to {max}");
        return null;
    }

    /// <summary>True or false, or <paramref name="otherwise"/> where it is left out.</summary>
    public bool FlagOr(string name, bool otherwise)
    {
        if (!Take(name, required: false, out JsonElement field))
        {
            return otherwise;
        }

        if (field.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Wrong(name, field, "true or false");
        }

        return field.ValueKind == JsonValueKind.True;
    }

    /// <summary>A text that must be there.</summary>
    public string Text(string name)
    {
        if (Take(name, required: true, out JsonElement field) && field.ValueKind != JsonValueKind.String)
        {
            Wrong(name, field, "a string");
        }

        return field.ValueKind == JsonValueKind.String ? field.GetString()! : "";
    }

    /// <summary>One of a few words; the default value where it is left out and need not be there.</summary>
    public T Word<T>(string name, IReadOnlyDictionary<string, T> words, bool required = true)
        where T : struct
    {
        if (!Take(name, required, out JsonElement field))
        {
            return default;
        }

        if (field.ValueKind == JsonValueKind.String && words.TryGetValue(field.GetString()!, out T value))
        {
            return value;
        }

        Wrong(name, field, "one of " + string.Join(", ", words.Keys));
        return default;
    }

    /// <summary>A list of objects; empty where it is left out. Their problems become this line's.</summary>
    public T[] List<T>(string name, Func<LineFields, T> read)
    {
        if (!Take(name, required: false, out JsonElement field))
        {
            return [];
        }

        if (field.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, field, "a list");
            return [];
        }

        return [.. field.EnumerateArray().Select(element =>
        {
            var fields = new LineFields(element);
            if (element.ValueKind != JsonValueKind.Object)
            {
                Wrong(name, element, "a list of objects");
                return default!;
            }

            T item = read(fields);
            Problem ??= fields.Problem is null ? null : $"{name}: {fields.Problem}";
            return item;
        })];
    }

    /// <summary>A list of words; empty where it is left out.</summary>
    public T[] Words<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (!Take(name, required: false, out JsonElement field))
        {
            return [];
        }

        if (field.ValueKind == JsonValueKind.Array
            && field.EnumerateArray().All(word => word.ValueKind == JsonValueKind.String && words.ContainsKey(word.GetString()!)))
        {
            return [.. field.EnumerateArray().Select(word => words[word.GetString()!])];
        }

        Wrong(name, field, "a list of " + string.Join(", ", words.Keys));
        return [];
    }

    private bool Take(string name, bool required, out JsonElement field)
    {
        if (line.TryGetProperty(name, out field))
        {
            return true;
        }

        if (required)
        {
            Problem ??= $"{name} is missing";
        }

        return false;
    }

    private void Wrong(string name, JsonElement field, string wanted)
    {
        string value = field.GetRawText();
        Problem ??= $"{name} must be {wanted}, not {(value.Length > 40 ? value[..40] + "…" : value)}";
    }
}
