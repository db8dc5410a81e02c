using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>
/// What a program outside was told, kept where no crash reaches it. Holds every later answer against the first one, and at the
/// end the whole state against all answers. The sending and the reading thread both use it.
/// </summary>
internal sealed class AnswerLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Sending> _sendings = [];
    private readonly SortedSet<int> _unanswered = [];
    private readonly Dictionary<(string Op, long Order, string Cause), Acceptance> _accepted = [];
    private readonly List<(long Item, long Team)> _teams = [];
    private int _life;
    private long _refused;

    /// <summary>Commands that took effect and were answered.</summary>
    public int Accepted => _accepted.Count;

    /// <summary>The latest time answered.</summary>
    public long Now { get; private set; }

    public override string ToString() => $"{_accepted.Count} accepted, {_refused} refused, {_unanswered.Count} unanswered";

    public void Sent(string line)
    {
        var sending = new Sending(line);
        lock (_lock)
        {
            _sendings[sending.Id] = sending;
            _unanswered.Add(sending.Id);
        }
    }

    /// <summary>The process was started anew.</summary>
    public void NewLife() => _life++;

    /// <summary>
    /// What was under way, in the order sent, and then what was accepted: the last life's, and of older lives all or a part.
    /// </summary>
    public IReadOnlyList<string> LinesToRepeat(bool all)
    {
        const int OneIn = 16;
        IEnumerable<Acceptance> accepted = _accepted.Values.Where((a, i) => all || a.Life >= _life - 1 || i % OneIn == _life % OneIn);
        return [.. _unanswered.Select(id => _sendings[id].Line), .. accepted.Select(a => a.Line)];
    }

    /// <summary>A team that was answered, of late.</summary>
    public (long Item, long Team) SomeTeam(Random random)
    {
        lock (_lock)
        {
            return _teams.Count == 0 ? default : _teams[^random.Next(1, Math.Min(_teams.Count, 60) + 1)];
        }
    }

    public void Answered(string line)
    {
        JsonElement reply = JsonSerializer.Deserialize<JsonElement>(line);
        lock (_lock)
        {
            int id = reply.GetProperty("id").GetInt32();
            _unanswered.Remove(id);
            Hold(_sendings[id], reply);
        }
    }

    /// <summary>Every order that was ever asked for, and what was accepted about any.</summary>
    public (IReadOnlyCollection<Sending> Sendings, IReadOnlyCollection<Acceptance> Acceptances) Everything()
    {
        Assert.Empty(_unanswered);
        return (_sendings.Values, _accepted.Values);
    }

    private void Hold(Sending sent, JsonElement reply)
    {
        Assert.False(reply.Outcome() is "BadRequest" or "Busy" or "Unavailable", $"{sent.Line} was answered {reply}");
        if (sent.Op is "advance")
        {
            Now = Math.Max(Now, reply.Long("now"));
            return;
        }

        var key = (sent.Op, sent.Order, sent.Cause);
        bool known = _accepted.TryGetValue(key, out Acceptance? first);
        if (!reply.Flag("ok"))
        {
            Assert.False(known, $"lost: {sent.Line} was answered {first} and is now {reply}");
            _refused++;
            return;
        }

        bool repeated = reply.Flag("repeated");
        if (!known)
        {
            first = new Acceptance(sent.Op, sent.Line, sent.Item, sent.Order, sent.Buyer, reply.Outcome(), reply.Long("team"))
            {
                Life = _life,
                Fresh = !repeated,
            };
            _accepted[key] = first;
            if (first.Outcome is "Opened")
            {
                _teams.Add((sent.Item, first.Team));
            }

            return;
        }

        Assert.True((first!.Outcome, first.Team) == (reply.Outcome(), reply.Long("team")),
            $"changed: {sent.Line} was answered {first} and is now {reply}");
        Assert.True(repeated || (first.Life == _life && !first.Fresh), $"done twice: {sent.Line} was answered {first} and is now {reply}");
        first.Fresh |= !repeated;
    }
}

/// <summary>The first answer that accepted a command.</summary>
internal sealed record Acceptance(string Op, string Line, long Item, long Order, long Buyer, string Outcome, long Team)
{
    public int Life { get; init; }

    /// <summary>Whether the answer that was not a repeat has been seen.</summary>
    public bool Fresh { get; set; }
}

/// <summary>A line that was sent.</summary>
internal sealed class Sending
{
    public Sending(string line)
    {
        JsonElement request = JsonSerializer.Deserialize<JsonElement>(line);
        Line = line;
        Id = request.GetProperty("id").GetInt32();
        Op = request.Text("op");
        Cause = request.Text("cause");
        (Item, Order, Buyer) = (request.Long("item"), request.Long("order"), request.Long("buyer"));
    }

    public string Line { get; }

    public int Id { get; }

    public string Op { get; }

    public string Cause { get; }

    public long Item { get; }

    public long Order { get; }

    public long Buyer { get; }
}
