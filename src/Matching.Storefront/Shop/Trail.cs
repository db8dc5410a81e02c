using System.Text.Json;
using Matching.Engine;
using Matching.Storefront.Accounts;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Shop;

/// <summary>What somebody did, beside what the journal keeps of it.</summary>
/// <param name="At">Ms since 1970, the engine's clock.</param>
/// <param name="Role">His role.</param>
/// <param name="Who">The buyer's or merchant's id; 0 for an operator.</param>
/// <param name="Name">How he is called: a person's name, or that of a machine's key.</param>
/// <param name="Verb">What he did: the last part of the address.</param>
/// <param name="Item">The item; 0 for none.</param>
/// <param name="Order">The order; 0 for none.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Note">What he said to it, or what it was about.</param>
public sealed record TrailEntry(
    long At, string Role, long Who, string Name, string Verb, long Item, long Order, string Outcome, string Note);

/// <summary>
/// Who did what: staff's actions, and why buyers ask for their money. The journal knows orders and no people, so the shop keeps this beside
/// it: a line of JSON each, appended and flushed; nothing of an order is decided by it. The newest <see cref="Most"/> are kept in memory.
/// Any thread.
/// </summary>
public sealed class Trail : IDisposable
{
    private const int Most = 20_000;

    private readonly IHttpContextAccessor _http;
    private readonly MatchingEngine _engine;
    private readonly Lock _lock = new();
    private readonly LinkedList<TrailEntry> _entries = [];
    private readonly FileStream? _file;

    /// <summary>Reads what is there.</summary>
    /// <exception cref="JsonException">A line but the last, which a crash may have cut, is none of ours.</exception>
    public Trail(IHttpContextAccessor http, MatchingEngine engine, IOptions<StorefrontOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _http = http;
        _engine = engine;
        if (options.Value.TrailFile.Length == 0)
        {
            return;
        }

        string path = Path.GetFullPath(options.Value.TrailFile);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        string whole = text[..(text.LastIndexOf('\n') + 1)];
        foreach (string line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Keep(JsonSerializer.Deserialize<TrailEntry>(line, JsonSerializerOptions.Web)!);
        }

        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _file.SetLength(System.Text.Encoding.UTF8.GetByteCount(whole));
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>Notes what the caller of this request did.</summary>
    public void Note(string verb, long item, long order, string outcome, string note = "")
    {
        Caller? who = Caller.Of(_http.HttpContext?.User);
        var entry = new TrailEntry(
            _engine.Now, who?.Role ?? "", who?.Id ?? 0, who?.Name ?? "", verb, item, order, outcome, note);
        lock (_lock)
        {
            Keep(entry);
            _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web), (byte)'\n']);
            _file?.Flush();
        }
    }

    /// <summary>What staff did, newest first.</summary>
    public IReadOnlyList<TrailEntry> OfStaff(int skip, int take)
    {
        lock (_lock)
        {
            return [.. _entries.Where(entry => entry.Role != ShopRoles.Buyer).Skip(skip).Take(take)];
        }
    }

    /// <summary>Why the buyer asks for the money of an order, in his words; empty where he did not say.</summary>
    public string ReasonOf(long item, long order)
    {
        lock (_lock)
        {
            return _entries.FirstOrDefault(
                entry => entry.Role == ShopRoles.Buyer && entry.Item == item && entry.Order == order)?.Note ?? "";
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Keep(TrailEntry entry)
    {
        _entries.AddFirst(entry);
        if (_entries.Count > Most)
        {
            _entries.RemoveLast();
        }
    }
}
