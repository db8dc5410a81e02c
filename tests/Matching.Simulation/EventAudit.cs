using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit;
using Matching.Storage;

namespace Matching.Simulation;

/// <summary>
/// Reads the journal's events to an auditor and refuses a history that breaks a rule. It remembers every event it has read, so that one
/// which vanishes or changes shows (R38).
/// </summary>
/// <param name="mayHaveSize">Whether a team opened by this event may have its size (R1, R34).</param>
/// <param name="coverage">Told of teams.</param>
internal sealed class EventAudit(Predicate<Event> mayHaveSize, Coverage coverage)
{
    private readonly List<ulong> _read = [];

    /// <summary>Events read so far.</summary>
    public long Count => _read.Count;

    /// <summary>What was read.</summary>
    public AuditedHistory History { get; } = new(new Auditor { MayHaveSize = mayHaveSize });

    /// <summary>Reads what is new.</summary>
    public void Follow(IJournal journal) => Read(journal, Count);

    /// <summary>Reads everything again: what was read before must be there and be the same.</summary>
    public void Reread(IJournal journal)
    {
        Read(journal, journal.FirstSequence);
        SimulationException.Unless(journal.DurableSequence >= Count,
            $"R38: {Count} durable events were read, and now the journal ends behind {journal.DurableSequence}");
    }

    /// <summary>
    /// What was read so far, all that is durable now: only that may be deleted. Asked by the engine, in the middle of its work.
    /// </summary>
    public long Seen(Machine machine)
    {
        bool quiet = machine.IsQuiet;
        machine.IsQuiet = true;
        try
        {
            Follow(machine.Journal!);
        }
        catch (SimulationException wrong)
        {
            // The engine would take it for a snapshot that failed.
            machine.Wrong ??= wrong;
        }
        finally
        {
            machine.IsQuiet = quiet;
        }

        return Count;
    }

    /// <summary>After a disk that lied: how many of the events known are there and the same, when all that are there agree.</summary>
    public bool Agrees(IJournal journal)
    {
        using IJournalReader reader = journal.Read(journal.FirstSequence);
        int at = (int)journal.FirstSequence;
        while (reader.TryReadBlock(out _, out int count, out ReadOnlyMemory<byte> events))
        {
            ReadOnlySpan<byte> rest = events.Span;
            for (int i = 0; i < count; i++, at++, rest = rest[EventCodec.LengthOf(rest)..])
            {
                if (at < _read.Count && _read[at] != RunHash.Of(rest[..EventCodec.LengthOf(rest)]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Read(IJournal journal, long from)
    {
        using IJournalReader reader = journal.Read(from);
        int at = (int)from;
        while (reader.TryReadBlock(out long first, out int count, out ReadOnlyMemory<byte> events))
        {
            SimulationException.Unless(first == at, $"R38: event {at} was to come and {first} came");
            ReadOnlySpan<byte> rest = events.Span;
            for (int i = 0; i < count; i++, at++)
            {
                int length = EventCodec.LengthOf(rest);
                Take(at, rest[..length]);
                rest = rest[length..];
            }
        }
    }

    private void Take(int at, ReadOnlySpan<byte> bytes)
    {
        ulong hash = RunHash.Of(bytes);
        if (at < _read.Count)
        {
            SimulationException.Unless(_read[at] == hash, $"R38: event {at} is another than before");
            return;
        }

        _read.Add(hash);
        if (ControlCodec.IsControl(bytes))
        {
            ControlCodec.Read(bytes, out ControlEvent control);
            History.Take(control);
        }
        else
        {
            EventCodec.Read(bytes, out Event e);
            History.Take(e, bytes);
            Cover(e.Kind);
        }

        SimulationException.Unless(History.Broken is null, $"{History.Broken}");
    }

    private void Cover(EventKind kind)
    {
        switch (kind)
        {
            case EventKind.TeamFormed: coverage.Add(Happening.TeamFormed); break;
            case EventKind.TeamExpired: coverage.Add(Happening.TeamExpired); break;
            case EventKind.TeamDissolved: coverage.Add(Happening.TeamDissolved); break;
            case EventKind.TeamMerged: coverage.Add(Happening.TeamMerged); break;
        }
    }
}
