using Matching.Core;

namespace Matching.Host.Traffic;

/// <summary>Reads recorded files of any known format into <see cref="Arrivals"/>, or into <see cref="Teams"/>.</summary>
internal sealed class TrafficReader(WordTable words, BadRows bad, UserBehaviorRows behaviors)
{
    /// <summary>The requests of the files read so far; orders of a further file go on after the highest.</summary>
    public ArrivalList Arrivals { get; } = new();

    /// <summary>The team lists of the files read so far.</summary>
    public TeamLines Teams { get; } = new();

    /// <summary>What was passed over and why, in words for a person.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>True once a Taobao file was read.</summary>
    public bool SawBehaviors { get; private set; }

    /// <summary>Reads one file, or every known file of an archive.</summary>
    /// <exception cref="InvalidDataException">It has no known format.</exception>
    public void Read(string path, Action<long>? progress = null)
    {
        bool known = false;
        TrafficSource.Read(path, (name, inArchive, content) => known |= ReadContent(name, inArchive, content), progress);
        if (!known)
        {
            throw new InvalidDataException($"{path}: the archive holds no file of a known format");
        }

        if (Arrivals.Count > 0 && Teams.Count > 0)
        {
            throw new InvalidDataException($"{path}: requests and team lists cannot be replayed together; their clocks have nothing in common");
        }
    }

    private bool ReadContent(string name, bool inArchive, Stream content)
    {
        var lines = new LineReader(content);
        TrafficFormat format = TrafficFormats.IsTeamListSideFile(name) ? TrafficFormat.Unknown : TrafficFormats.Detect(lines.Head);
        switch (format)
        {
            case TrafficFormat.Requests:
                ReadRequests(name, lines);
                return true;
            case TrafficFormat.UserBehavior:
                SawBehaviors = true;
                ReadBehaviors(name, lines);
                return true;
            case TrafficFormat.TeamList:
                ReadTeams(name, lines);
                return true;
            case TrafficFormat.Unknown when inArchive:
                Notes.Add($"{name} is passed over: it has no known format");
                return false;
            default:
                throw new InvalidDataException(
                    $"{name}: {(lines.Head.IsEmpty ? "the file is empty" : "the format is unknown")}; known are requests (header row,t,user,item), " +
                    "Taobao UserBehavior (user,item,category,behavior,epoch seconds) and BeiBei team lists (initiator, item, participants parted by tabs), " +
                    "each plain, gzip or in a tar archive");
        }
    }

    private void ReadRequests(string name, LineReader lines)
    {
        long offset = Arrivals.HighestOrder;
        var rows = new RowNumbers();
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (Passes(name, lines, line) && !(lines.Line == 1 && line.SequenceEqual(TrafficFormats.RequestsHeader)))
            {
                string? wrong = RequestRows.Read(line, words, offset, out Arrival arrival);
                if (wrong is null && !rows.Add(arrival.Order - offset))
                {
                    wrong = $"row {arrival.Order - offset} occurs twice; it is the order's id (R35)";
                }

                Keep(name, lines, wrong, arrival);
            }
        }
    }

    // The rows have no number of their own: those taken are counted, so that one behavior alone is numbered from 1 without a gap.
    private void ReadBehaviors(string name, LineReader lines)
    {
        long order = Arrivals.HighestOrder;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            bool header = lines.Line == 1 && !line.ContainsAnyInRange((byte)'0', (byte)'9');
            if (Passes(name, lines, line) && !header)
            {
                string? wrong = behaviors.Read(line, out Arrival arrival)
                    ?? (order == BookOptions.MaxId ? $"the files before it have taken the last order id, {order}" : null);
                if (wrong is not null || arrival.Item != 0)
                {
                    arrival.Order = order + 1;
                    order += wrong is null ? 1 : 0;
                    Keep(name, lines, wrong, arrival);
                }
            }
        }
    }

    private void ReadTeams(string name, LineReader lines)
    {
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (Passes(name, lines, line) && Teams.Add(line, words) is { } wrong)
            {
                bad.Add(name, lines.Line, wrong);
            }
        }
    }

    private void Keep(string name, LineReader lines, string? wrong, in Arrival arrival)
    {
        if (wrong is null)
        {
            Arrivals.Add(arrival);
        }
        else
        {
            bad.Add(name, lines.Line, wrong);
        }
    }

    /// <summary>False for a blank line, which is nothing, and for one too long, which is bad.</summary>
    private bool Passes(string name, LineReader lines, ReadOnlySpan<byte> line)
    {
        if (lines.TooLong)
        {
            bad.Add(name, lines.Line, $"longer than {LineReader.MaxBytes} bytes");
        }

        return !line.IsEmpty;
    }
}
