namespace Matching.Storefront;

/// <summary>How the shop runs: the section <c>Storefront</c>. Validated at start; an unknown key is an error.</summary>
public sealed class StorefrontOptions
{
    public const string SectionName = "Storefront";

    /// <summary>The catalogue, relative to the content root.</summary>
    public string CatalogueFile { get; set; } = "catalogue.json";

    /// <summary>Where the keys that protect cookies live; empty keeps them in memory, and a restart signs everybody out.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Offer signing in as one of the demo people. Has no effect outside the Development environment.</summary>
    public bool DemoSignIn { get; set; }

    /// <summary>Requests a caller may send in a second over time, 1 … 1,000,000.</summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Requests a caller may send at once, 1 … 1,000,000.</summary>
    public int RequestsBurst { get; set; } = 200;

    /// <summary>
    /// Requests of machines the shop works on at once, and of pages as many again, 1 … 65,536; one more is refused (503). Default 16 for each processor: some 4 ms of their work.
    /// </summary>
    public int RequestsInFlight { get; set; } = 16 * Environment.ProcessorCount;

    /// <summary>Sign-ins from one address in a minute, 1 … 10,000.</summary>
    public int SignInsPerMinute { get; set; } = 30;

    /// <summary>Largest request body in bytes, 1 KiB … 1 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 16_384;

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

    /// <summary>buyer, merchant or operator.</summary>
    public string Role { get; set; } = "";

    /// <summary>The buyer or merchant it acts for. A buyer's key with 0 is a back end that names the buyer of each request.</summary>
    public long Id { get; set; }
}
