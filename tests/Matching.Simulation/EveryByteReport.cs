using System.Globalization;

namespace Matching.Simulation;

/// <summary>What came of a start, and of reading everything, from a directory that was damaged.</summary>
public enum Found
{
    /// <summary>The start was refused.</summary>
    Refused,

    /// <summary>A snapshot was passed over and told, and everything is as it was.</summary>
    Told,

    /// <summary>Everything is as it was but for old events, which no start needs: who reads them is refused.</summary>
    RefusedToReaders,

    /// <summary>Everything is as it was, all events too.</summary>
    Harmless,

    /// <summary>The engine serves something else, and nobody was told.</summary>
    Silent,
}

/// <summary>What was tried, and what came of it.</summary>
public sealed class EveryByteReport
{
    private readonly long[] _flips = new long[Enum.GetValues<Found>().Length];
    private readonly long[] _cuts = new long[Enum.GetValues<Found>().Length];

    /// <summary>The first places where damage was silent.</summary>
    public List<string> Silent { get; } = [];

    /// <summary>Bytes of files that were subject to it, each with what it holds.</summary>
    public SortedDictionary<string, int> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>How often flipped bytes had an end, and how often files cut short.</summary>
    public long this[Found found] => _flips[(int)found] + _cuts[(int)found];

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            .. Files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Value,9:N0} bytes  {file.Key}")),
            .. Enum.GetValues<Found>().Select(found =>
                string.Create(CultureInfo.InvariantCulture, $"{_flips[(int)found],9:N0} flips, {_cuts[(int)found],9:N0} cuts  {found}")),
            .. Silent,
        ]);

    internal void Add(Found found, bool cut, string where)
    {
        (cut ? _cuts : _flips)[(int)found]++;
        if (found == Found.Silent && Silent.Count < 20)
        {
            Silent.Add(where);
        }
    }
}
