namespace Matching.Load;

/// <summary>What the command line asks of a run. Null where it says nothing and the scenario decides.</summary>
internal sealed record LoadOptions
{
    public int? Rate { get; init; }

    public int Seconds { get; init; } = 20;

    public int WarmUp { get; init; } = 3;

    public int Items { get; init; } = 100_000;

    public double Skew { get; init; } = 0.8;

    public ulong Seed { get; init; } = 1;

    /// <summary>The data directory; null for one under ./load-data that is emptied first.</summary>
    public string? Data { get; init; }

    public bool Memory { get; init; }

    /// <summary>Closed orders leave memory for the order ledger.</summary>
    public bool OrderLedger { get; init; }

    public int Shards { get; init; }

    public int? MaxInFlight { get; init; }

    /// <summary>Orders the embedded engine takes memory for at its start; null where the scenario decides.</summary>
    public long? ExpectedOrders { get; init; }

    /// <summary>Teams of the expiry storm.</summary>
    public int Teams { get; init; } = 300_000;

    public Uri? Url { get; init; }

    /// <summary>The storefront's program, to be started for the run; null for none.</summary>
    public string? Shop { get; init; }

    public string Key { get; init; } = "";

    public string? OperatorKey { get; init; }

    /// <summary>Items of the shop; null to ask it.</summary>
    public IReadOnlyList<long>? ShopItems { get; init; }

    /// <summary>Cross-check the peak over HTTP with wrk.</summary>
    public bool Wrk { get; init; }

    /// <summary>Where to record the traffic; null for nowhere.</summary>
    public string? Record { get; init; }

    /// <summary>The recording to replay.</summary>
    public string? Recording { get; init; }

    /// <summary>How many times faster than recorded.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Where the page goes.</summary>
    public string Html { get; init; } = "load.html";

    public bool Json { get; init; }

    public TimeSpan During => TimeSpan.FromSeconds(Seconds);

    public TimeSpan WarmingUp => TimeSpan.FromSeconds(WarmUp);
}
