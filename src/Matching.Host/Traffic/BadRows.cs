using System.Globalization;

namespace Matching.Host.Traffic;

/// <summary>The rows that could not be read: how many, of how many, and where and why for the first few.</summary>
/// <param name="strict">The first one is an error.</param>
internal sealed class BadRows(bool strict)
{
    private const int Shown = 5;

    private readonly List<string> _first = [];
    private long _rows;
    private long _ofFile;

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
        _ofFile++;
        if (_first.Count < Shown)
        {
            _first.Add(text);
        }
    }

    /// <summary>Ends a file.</summary>
    /// <param name="source">The file.</param>
    /// <param name="rows">Its rows, good and bad.</param>
    /// <exception cref="InvalidDataException">All of them are bad.</exception>
    public void EndFile(string source, long rows)
    {
        if (rows > 0 && _ofFile == rows)
        {
            throw Refused($"{source}: every row is bad, {rows:N0} of them");
        }

        _rows += rows;
        _ofFile = 0;
    }

    /// <summary>Judges all files together.</summary>
    /// <param name="mostPercent">Percent of the rows that may be bad.</param>
    /// <exception cref="InvalidDataException">More are.</exception>
    public void Judge(double mostPercent)
    {
        if (Count > _rows * (mostPercent / 100))
        {
            throw Refused($"{Count:N0} of {_rows:N0} rows are bad, more than {mostPercent} % (--max-bad)");
        }
    }

    private InvalidDataException Refused(FormattableString what) =>
        new($"{what.ToString(CultureInfo.InvariantCulture)}; nothing was replayed. The first:\n  {string.Join("\n  ", _first)}");
}
