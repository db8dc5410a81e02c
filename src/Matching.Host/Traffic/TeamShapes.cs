namespace Matching.Host.Traffic;

/// <summary>
/// Tells BeiBei team lists (initiator, item, participants, parted by tabs; without participants the team failed) from tables by their head.
/// </summary>
internal static class TeamShapes
{
    private const int LinesTried = 50;
    private const int FewestDigitsOfATime = 9;

    /// <summary>Files of the BeiBei set that have the shape of team lists and are none.</summary>
    public static bool IsSideFile(string name) => Path.GetFileName(name) is "data_size.txt" or "social_relation.txt";

    /// <summary>
    /// True where the first lines are numbers parted by tabs and no table. Ratings and visits are such lines as well: as many columns in
    /// every line, and a time in the last.
    /// </summary>
    public static bool Fits(ReadOnlySpan<byte> head, byte lineEnd)
    {
        int lines = 0;
        int columns = 0;
        bool even = true;
        bool times = true;
        while (lines < LinesTried && !head.IsEmpty)
        {
            ReadOnlySpan<byte> line = LineReader.NextLine(ref head, lineEnd);
            if (line.IsEmpty)
            {
                continue;
            }

            if (!AreNumbers(line, out int count, out int lastDigits))
            {
                return false;
            }

            even &= lines == 0 || count == columns;
            times &= count > 2 && lastDigits >= FewestDigitsOfATime;
            columns = count;
            lines++;
        }

        return lines > 0 && !times && !(even && lines > 1 && columns > 3);
    }

    private static bool AreNumbers(ReadOnlySpan<byte> line, out int count, out int lastDigits)
    {
        (count, lastDigits) = (0, 0);
        var fields = new Fields(line, "\t"u8);
        while (fields.TryNext(out ReadOnlySpan<byte> field))
        {
            if (!Fields.IsDigits(field))
            {
                return false;
            }

            count++;
            lastDigits = field.Length;
        }

        return count > 1;
    }
}
