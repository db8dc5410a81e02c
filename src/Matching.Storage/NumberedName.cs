using System.Globalization;

namespace Matching.Storage;

/// <summary>File names of one kind, told apart by a number: journal-000001.seg.</summary>
/// <param name="Start">Before the number.</param>
/// <param name="Digits">As many at least, with zeros in front: names sort as their numbers do.</param>
/// <param name="End">Behind the number.</param>
public sealed record NumberedName(string Start, int Digits, string End)
{
    /// <summary>The name of a number, not negative.</summary>
    public string Of(long number) => Start + number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0') + End;

    /// <summary>The number in a name; false for any other name.</summary>
    public bool TryParse(string name, out long number)
    {
        ArgumentNullException.ThrowIfNull(name);
        number = 0;
        return name.Length > Start.Length + End.Length
            && name.StartsWith(Start, StringComparison.Ordinal)
            && name.EndsWith(End, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Start.Length..^End.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && string.Equals(Of(number), name, StringComparison.Ordinal);
    }
}
