namespace Matching.Storefront;

/// <summary>How the shop runs: the section <c>Storefront</c>. Validated at start; an unknown key is an error.</summary>
public sealed class StorefrontOptions
{
    public const string SectionName = "Storefront";

    /// <summary>The catalogue, relative to the content root.</summary>
    public string CatalogueFile { get; set; } = "catalogue.json";

    /// <summary>
    /// Where the keys that protect cookies and forms live; empty keeps them in memory, and forms open at a restart must be loaded again.
    /// </summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>
    /// Where is noted who of the staff did what, and why buyers ask for refunds; empty keeps it in memory.
    /// </summary>
    public string TrailFile { get; set; } = "";

    /// <summary>Offer signing in as one of the demo people. Has no effect outside the Development environment.</summary>
    public bool DemoSignIn { get; set; }

    /// <summary>Requests a caller may send in a second over time, 1 … 1,000,000.</summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Requests a caller may send at once, 1 … 1,000,000.</summary>
    public int RequestsBurst { get; set; } = 200;

    /// <summary>
    /// Requests of machines the shop works on at once, and of pages as many again, 1 … 65,536; one more is refused (503). Default 16 for
    /// each processor: some 4 ms of their work. As many parts of watched pages are made at once; one more of those waits.
    /// </summary>
    public int RequestsInFlight { get; set; } = 16 * Environment.ProcessorCount;

    /// <summary>Sign-ins from one address in a minute, 1 … 10,000.</summary>
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>
    /// Requests of one address (of IPv6: of one /64 network) the shop answers at once, files and slow senders counted, 1 … 65,536; one more
    /// is refused (429). Default 64 for each processor: four times <see cref="RequestsInFlight"/>, so that one back end's machine can fill
    /// the shop.
    /// </summary>
    public int RequestsPerAddress { get; set; } = 64 * Environment.ProcessorCount;

    /// <summary>
    /// Pages that one address (of IPv6: one /64 network) watches at once, 1 … 65,536: each is a connection that stays, so
    /// <see cref="RequestsPerAddress"/> does not count it; one more is refused (429), and is shown without news.
    /// </summary>
    public int LivePagesPerAddress { get; set; } = 1_024;

    /// <summary>
    /// Connections of one address, 1 … 1,000,000; one more is closed. Those of <see cref="KnownProxies"/> are not counted. A browser opens
    /// six.
    /// </summary>
    public int ConnectionsPerAddress { get; set; } = 4_096;

    /// <summary>
    /// Proxies in front of the shop, as addresses or networks (10.0.0.0/8): of their requests the visitor's address is read from
    /// X-Forwarded-For, and the scheme from X-Forwarded-Proto. Nobody else's such headers are read.
    /// </summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Largest request body in bytes, 1 KiB … 1 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 16_384;

    /// <summary>Seconds a request's body may take to arrive, 1 … 300.</summary>
    public int BodySeconds { get; set; } = 5;

    /// <summary>Keys of machines.</summary>
    public IList<ApiKey> ApiKeys { get; } = [];
}

/// <summary>A machine's key. Only its hash is configured.</summary>
public sealed class ApiKey
{
    /// <summary>What the machine is called in logs.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key in hexadecimal: 64 digits.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>buyer, merchant, operator or payments.</summary>
    public string Role { get; set; } = "";

    /// <summary>
    /// The buyer or merchant it acts for. A buyer's key with 0 is a back end that names the buyer of each request, and may say that he
    /// paid.
    /// </summary>
    public long Id { get; set; }
}
