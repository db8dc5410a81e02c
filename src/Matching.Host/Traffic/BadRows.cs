using System.Globalization;

namespace Matching.Host.Traffic;

/// <summary>The rows that could not be read: how many, and where and why for the first few.</summary>
internal sealed class BadRows(bool strict)
{
    private const int Shown = 5;

    private readonly List<string> _first = [];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>The first few, as <c>file:line: reason</c>.</summary>
    public IReadOnlyList<string> First => _first;

    /// <summary>Notes one.</summary>
    /// <param name="source">The file.</param>
    /// <param name="line">Line number, from 1.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <exception cref="InvalidDataException">Bad rows are errors in this run.</exception>
    public void Add(string source, long line, string reason)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{source}:{line}: {reason}");
        if (strict)
        {
            throw new InvalidDataException($"{text} (--strict makes a bad row an error)");
        }

        Count++;
        if (_first.Count < Shown)
        {
            _first.Add(text);
        }
    }
}
