using Matching.Core;
using Matching.Host.Run.Campaigns;

namespace Matching.Host.Run;

/// <summary>One line on its way from being read to being answered.</summary>
internal struct Entry
{
    public Verb Verb;

    /// <summary>Where the id's bytes are in the batch; length 0 for none.</summary>
    public int IdStart;

    public int IdLength;

    /// <summary>Command: its place among the commands and answers of the batch.</summary>
    public int Index;

    /// <summary>Command: the run it was sent with.</summary>
    public int Run;

    /// <summary>
    /// Reads: the keys, for a reply that must name them. ordersOf: the buyer, and the order to begin behind. counts: the campaign.
    /// </summary>
    public long Item;

    public long Key;

    /// <summary>advance: where to. ordersOf: at most how many. counts: the merchant. view: 1 where it is lost.</summary>
    public long To;

    /// <summary>ordersOf: the item of the order to begin behind.</summary>
    public long AfterItem;

    /// <summary>About campaigns: what is asked.</summary>
    public ControlLine? Control;

    /// <summary>Reads: the engine's call.</summary>
    public Task? Read;

    /// <summary>Why the line is no request.</summary>
    public string? Reason;
}

/// <summary>
/// The lines of one reading of the input, at most <see cref="Capacity"/>. Load: hundreds of thousands of lines a second, mostly
/// commands. Commands that stand together go to the engine as one call, a run, because one wait a line costs more than the line
/// (a wake-up each); a read or a barrier ends the run. Batches are made once and go round between the thread that reads and
/// the one that answers, so their number bounds the requests in flight, with no counter and no garbage.
/// </summary>
internal sealed class Batch(int capacity)
{
    /// <summary>Ids are the caller's own and may be long: past this many bytes the batch is full.</summary>
    private const int MostIdBytes = 256 * 1024;

    private byte[] _ids = new byte[capacity * 16];
    private int _idBytes;

    public Entry[] Entries { get; } = new Entry[capacity];

    public Command[] Commands { get; } = new Command[capacity];

    public Answer[] Answers { get; } = new Answer[capacity];

    /// <summary>The engine's calls, in order.</summary>
    public Task[] Runs { get; } = new Task[capacity];

    public int Capacity => Entries.Length;

    public int Count { get; set; }

    public int CommandCount { get; set; }

    public int RunCount { get; set; }

    /// <summary>Runs that have been awaited.</summary>
    public int RunsSettled { get; set; }

    public bool IsFull => Count == Entries.Length || _idBytes > MostIdBytes;

    /// <summary>Adds a line under its id.</summary>
    public ref Entry Add(Verb verb, ReadOnlySpan<byte> id)
    {
        if (_ids.Length - _idBytes < id.Length)
        {
            Array.Resize(ref _ids, Math.Max(_ids.Length * 2, _idBytes + id.Length));
        }

        // A carriage return can only be white space between the parts of an id; some readers would take it for the end of the line.
        id.Replace(_ids.AsSpan(_idBytes), (byte)'\r', (byte)' ');
        ref Entry entry = ref Entries[Count++];
        entry = new Entry { Verb = verb, IdStart = _idBytes, IdLength = id.Length };
        _idBytes += id.Length;
        return ref entry;
    }

    public ReadOnlySpan<byte> IdOf(in Entry entry) => _ids.AsSpan(entry.IdStart, entry.IdLength);

    /// <summary>Ready to be filled anew.</summary>
    public void Clear()
    {
        Array.Clear(Entries, 0, Count);
        Count = 0;
        CommandCount = 0;
        RunCount = 0;
        RunsSettled = 0;
        _idBytes = 0;
    }
}
