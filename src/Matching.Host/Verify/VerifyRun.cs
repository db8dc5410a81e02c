using System.Globalization;
using Matching.Audit;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Storage;

namespace Matching.Host.Verify;

/// <summary>What a check of a data directory found.</summary>
/// <param name="Events">Events read.</param>
/// <param name="Counts">What they add up to, as the auditor counts.</param>
/// <param name="Snapshots">Snapshots that were compared, byte for byte, with the state the events before them give.</param>
/// <param name="Records">Records of the order ledger that were compared, byte for byte, with those that the events give.</param>
/// <param name="StateHash">Hash of the state that the engine's own book builds from them, 16 hex digits.</param>
/// <param name="ViolationCount">Rules broken.</param>
/// <param name="Violations">The first of them.</param>
internal sealed record Verification(
    long Events, Counts Counts, long Snapshots, long Records, string StateHash, long ViolationCount, IReadOnlyList<Violation> Violations);

/// <summary>
/// Checks a data directory without changing it: the auditor reads every event, then the engine's book is built from the same events,
/// compared with every snapshot on the way, validated, and its counts compared with the auditor's. One after the other, so that only one of
/// the two is in memory.
/// </summary>
internal static class VerifyRun
{
    /// <summary>Checks.</summary>
    /// <param name="directory">The data directory.</param>
    /// <exception cref="JournalException">It has no journal, or a damaged one; the message says where.</exception>
    public static async Task<Verification> RunAsync(string directory)
    {
        // First the snapshots, then the journal: beside a running engine, none of those is newer than that.
        var store = new SnapshotStore(LocalDisk.Instance, directory);
        IReadOnlyList<long> snapshots = [.. store.List().Where(sequence => HeadOf(store, sequence) is not { Journaled: false })];
        ReadOnlyJournal journal = ReadOnlyJournal.Open(directory);
        if (!journal.ClosedCleanly)
        {
            Screen.Note("the engine was not stopped cleanly, or is running: what is durable so far is checked");
        }

        List<Violation> violations = [];
        long audited = 0;
        bool closed = false;
        Counts? counted = null;
        if (journal.FirstSequence == 0)
        {
            (counted, Auditor audit, closed) = await Screen.StepAsync("auditing", meter => Task.FromResult(Audit(journal, meter)))
                .ConfigureAwait(false);
            violations.AddRange(audit.Violations);
            audited = audit.ViolationCount - audit.Violations.Count;
        }
        else
        {
            Screen.Note(
                $"events before {journal.FirstSequence} are deleted: the state is checked from the oldest snapshot on, the history is not");
        }

        (string hash, Counts booked, long compared, long records) = await Screen.StepAsync(
            "building the state", meter => Task.FromResult(Build(directory, journal, store, snapshots, closed, violations, meter)))
                .ConfigureAwait(false);
        if (hash.Length > 0 && counted is { } counts && !booked.Equals(counts))
        {
            violations.Add(
                new Violation(journal.EndSequence, "R41", $"the book counts otherwise: {Text(booked)} instead of {Text(counts)}"));
        }

        return new Verification(
            journal.EndSequence, counted ?? booked, compared, records, hash, audited + violations.Count, violations);
    }

    private static (string Hash, Counts Counts, long Snapshots, long Records) Build(
        string directory, ReadOnlyJournal journal, SnapshotStore store, IReadOnlyList<long> snapshots, bool closed,
        List<Violation> violations, Meter meter)
    {
        if (!closed && !snapshots.Any(sequence => HeadOf(store, sequence) is { Evicts: true }))
        {
            var state = new StateCheck(journal, store, snapshots, null, violations);
            return (state.Run(meter), state.Counts, state.Compared, 0);
        }

        LedgerReading? ledger = LedgerReading.TryOpen(directory, out string? told);
        if (told is not null)
        {
            violations.Add(new Violation(0, "R38", told));
        }

        if (ledger is not null && ledger.Position > journal.EndSequence)
        {
            violations.Add(new Violation(
                ledger.Position, "R38", $"the order ledger stands at event {ledger.Position}, but the journal ends before it"));
        }

        using var records = new LedgerCheck(journal, ledger, violations);
        var evicting = new StateCheck(journal, store, snapshots, records, violations);
        return (evicting.Run(meter), evicting.Counts, evicting.Compared, records.Compared);
    }

    private static (bool Evicts, bool Journaled)? HeadOf(SnapshotStore store, long sequence)
    {
        try
        {
            using Snapshot snapshot = store.Open(sequence);
            byte[] buffer = [];
            ReadOnlySpan<byte> head = snapshot.Read(StateSections.Head, ref buffer).Span;
            return (StateSections.Evicts(head), StateSections.Journaled(head));
        }
        catch (Exception e) when (e is SnapshotDamagedException or FormatException)
        {
            // It is told when it is compared.
            return null;
        }
    }

    private static (Counts? Counts, Auditor Audit, bool Closed) Audit(ReadOnlyJournal journal, Meter meter)
    {
        var auditor = new Auditor { PresentRulesFrom = PresentRulesFrom(journal) };
        bool closed = false;
        JournalWalk.Run(
            journal, 0, meter,
            (long sequence, in Event e, ReadOnlySpan<byte> encoded) =>
            {
                closed |= e.Kind == EventKind.Closed;
                auditor.Take(sequence, e, encoded);
            },
            auditor.Take, static _ => { });
        auditor.CheckAtRest();
        return (auditor.Count(), auditor, closed);
    }

    /// <summary>
    /// The first event that a program with the present rules decided: what the first version wrote has no id. Archived later, the last
    /// segment of its may have got one.
    /// </summary>
    private static long PresentRulesFrom(ReadOnlyJournal journal)
    {
        IReadOnlyList<JournalPart> parts = journal.Parts;
        int old = parts.TakeWhile(part => part.Directory == Guid.Empty).Count();
        old += old > 0 && old < parts.Count && parts[old].Archived ? 1 : 0;
        return old < parts.Count ? parts[old].FirstSequence : journal.EndSequence;
    }

    private static string Text(in Counts c) => string.Create(
        CultureInfo.InvariantCulture,
        $"teams {c.TeamsOpened}/{c.TeamsFormed}/{c.TeamsExpired}/{c.TeamsDissolved}/{c.TeamsMerged}/{c.TeamsOpen}, orders "
            + $"{c.Waiting}/{c.Formed}/{c.Shipped}/{c.Bought}/{c.RefundOwed}/{c.Refunded}");
}
