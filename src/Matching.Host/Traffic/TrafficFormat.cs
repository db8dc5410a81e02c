namespace Matching.Host.Traffic;

/// <summary>The shapes of recorded traffic.</summary>
internal enum TrafficFormat
{
    /// <summary>None of the known ones.</summary>
    Unknown,

    /// <summary><c>row,t,user,item</c>, t in seconds; also what <c>generate</c> writes.</summary>
    Requests,

    /// <summary>Taobao UserBehavior: <c>user,item,category,behavior,epoch seconds</c>.</summary>
    UserBehavior,

    /// <summary>BeiBei team lists: initiator, item, participants, parted by tabs; without participants the team failed.</summary>
    TeamList,
}

/// <summary>Tells the format of a file from its head: by header, else by the first line that has the shape of one.</summary>
internal static class TrafficFormats
{
    private const int LinesTried = 50;

    /// <summary>The header of <see cref="TrafficFormat.Requests"/>.</summary>
    public static ReadOnlySpan<byte> RequestsHeader => "row,t,user,item"u8;

    /// <summary>Detects.</summary>
    /// <param name="head">The first bytes, without byte order mark.</param>
    public static TrafficFormat Detect(ReadOnlySpan<byte> head)
    {
        for (int i = 0; i < LinesTried && !head.IsEmpty; i++)
        {
            int end = head.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            TrafficFormat format = line.SequenceEqual(RequestsHeader) ? TrafficFormat.Requests : OfShape(line);
            if (format != TrafficFormat.Unknown)
            {
                return format;
            }

            head = end < 0 ? default : head[(end + 1)..];
        }

        return TrafficFormat.Unknown;
    }

    /// <summary>Files of the BeiBei set that have the shape of team lists and are none.</summary>
    public static bool IsTeamListSideFile(string name) =>
        Path.GetFileName(name) is "data_size.txt" or "social_relation.txt";

    private static TrafficFormat OfShape(ReadOnlySpan<byte> line)
    {
        int tabs = line.Count((byte)'\t');
        if (tabs > 0)
        {
            var teamFields = new Fields(line, (byte)'\t');
            while (teamFields.TryNext(out ReadOnlySpan<byte> field))
            {
                if (!Fields.IsDigits(field))
                {
                    return TrafficFormat.Unknown;
                }
            }

            return TrafficFormat.TeamList;
        }

        var fields = new Fields(line, (byte)',');
        if (!fields.TryNext(out ReadOnlySpan<byte> first) || !fields.TryNext(out ReadOnlySpan<byte> second)
            || !fields.TryNext(out ReadOnlySpan<byte> third) || !fields.TryNext(out _)
            || !Fields.IsDigits(first) || !Fields.IsDigits(second))
        {
            return TrafficFormat.Unknown;
        }

        if (!fields.TryNext(out ReadOnlySpan<byte> fifth))
        {
            return TrafficFormat.Requests;
        }

        return Fields.IsDigits(third) && Fields.IsDigits(fifth) && !fields.TryNext(out _) ? TrafficFormat.UserBehavior : TrafficFormat.Unknown;
    }
}
