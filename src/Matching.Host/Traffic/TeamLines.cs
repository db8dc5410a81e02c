namespace Matching.Host.Traffic;

/// <summary>
/// Team lists: each line a team that a leader opened, with the buyers who joined it; without any, it failed. Members are held in
/// one list, 8 bytes each, a line as its start in it. One thread at a time.
/// </summary>
internal sealed class TeamLines
{
    /// <summary>The largest team the engine takes.</summary>
    public const int LargestTeam = 1000;

    private readonly List<(long Item, int FirstMember)> _lines = [];
    private readonly List<long> _members = [];

    /// <summary>Lines held.</summary>
    public int Count => _lines.Count;

    /// <summary>Seats of all lines together.</summary>
    public int Seats => _members.Count;

    /// <summary>Members of the largest line; 0 at first.</summary>
    public int Largest { get; private set; }

    /// <summary>The item of a line.</summary>
    public long ItemOf(int line) => _lines[line].Item;

    /// <summary>Who sits in it, the leader first. One alone: it failed.</summary>
    public ReadOnlySpan<long> MembersOf(int line)
    {
        int first = _lines[line].FirstMember;
        int end = line + 1 < _lines.Count ? _lines[line + 1].FirstMember : _members.Count;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_members)[first..end];
    }

    /// <summary>Reads and adds one line: leader, item, participants, parted by tabs.</summary>
    /// <returns>Null when it is good, else what is wrong with it.</returns>
    public string? Add(ReadOnlySpan<byte> line, WordTable words)
    {
        var fields = new Fields(line, "\t"u8);
        if (!fields.TryNext(out var leader) || !fields.TryNext(out var item))
        {
            return "1 field; a team is at least initiator and item, parted by a tab";
        }

        if (!Fields.IsDigits(leader) || !Fields.IsDigits(item))
        {
            return $"initiator '{Fields.Show(leader)}' or item '{Fields.Show(item)}' is no number";
        }

        int first = _members.Count;
        _members.Add(words.IdOf(leader));
        while (fields.TryNext(out var participant))
        {
            long buyer = Fields.IsDigits(participant) ? words.IdOf(participant) : 0;
            if (buyer == 0 || _members.IndexOf(buyer, first) >= 0 || _members.Count - first == LargestTeam)
            {
                _members.RemoveRange(first, _members.Count - first);
                return buyer == 0 ? $"participant '{Fields.Show(participant)}' is no number"
                    : $"participant '{Fields.Show(participant)}' is there twice (R31), or there are more than {LargestTeam}";
            }

            _members.Add(buyer);
        }

        _lines.Add((words.IdOf(item), first));
        Largest = Math.Max(Largest, _members.Count - first);
        return null;
    }
}
