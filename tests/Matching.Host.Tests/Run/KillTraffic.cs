namespace Matching.Host.Tests.Run;

/// <summary>Seeded traffic for a process that will be killed: all commands, few items, much of it about orders sent before.</summary>
internal sealed class KillTraffic(int seed)
{
    private const int Items = 40;
    private static readonly string[] Causes = ["left", "afterSale", "latePayment", "unknownPayment"];
    private readonly Random _random = new(seed);
    private readonly List<(long Item, long Order)> _orders = [];
    private readonly List<(long Item, long Order)> _holds = [];
    private long _nowMs;
    private int _id;

    public int Next(int min, int max) => _random.Next(min, max);

    /// <summary>One more request, with an id of its own.</summary>
    public string NextLine(AnswerLedger ledger) => $"{{\"id\":{++_id},{NextRequest(ledger)}}}";

    private string NextRequest(AnswerLedger ledger)
    {
        int dice = _random.Next(1000);
        if (_orders.Count < 10 || dice < 400)
        {
            return Create("quickJoin", "");
        }

        // Time moves little: holds end, no team expires, so the ledger can tell every state from the answers alone.
        return dice switch
        {
            < 402 => $"\"op\":\"advance\",\"to\":{_nowMs += 60_000}",
            < 470 => Create("openTeam", _random.Next(3) == 0 ? ",\"public\":false" : ""),
            < 540 when ledger.SomeTeam(_random) is { Item: > 0 } team => Create("joinTeam", $",\"team\":{team.Team}", team.Item),
            < 640 => Create("hold", _random.Next(4) == 0 ? ",\"open\":true" : ""),
            < 680 => Create("soloBuy", ""),
            < 780 when _holds.Count > 0 => About("pay", ",\"payment\":1", holdsOnly: true),
            < 850 => About("ship", ""),
            < 910 => About("requestRefund", ""),
            < 960 => About("approveRefund", ""),
            _ => About("refundDone", $",\"cause\":\"{Causes[_random.Next(Causes.Length)]}\""),
        };
    }

    private string Create(string op, string more, long item = 0)
    {
        item = item == 0 ? 1 + Math.Min(_random.Next(Items), _random.Next(Items)) : item;
        long order = 1 + _orders.Count;
        _orders.Add((item, order));
        if (op is "hold")
        {
            _holds.Add((item, order));
        }

        return $"\"op\":\"{op}\",\"item\":{item},\"buyer\":{1 + (order * 7919 % 3001)},\"order\":{order}{more}";
    }

    /// <summary>About an order sent before: mostly of late, so that some of it meets orders that are still under way.</summary>
    private string About(string op, string more, bool holdsOnly = false)
    {
        var orders = holdsOnly ? _holds : _orders;
        var (item, order) = orders[^_random.Next(1, Math.Min(orders.Count, 400) + 1)];
        return $"\"op\":\"{op}\",\"item\":{item},\"order\":{order}{more}";
    }
}
