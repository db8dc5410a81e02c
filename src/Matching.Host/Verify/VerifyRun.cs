using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Cli;
using Matching.Storage;

namespace Matching.Host.Verify;

/// <summary>What a check of a data directory found.</summary>
/// <param name="Events">Events read.</param>
/// <param name="Counts">What they add up to, as the auditor counts.</param>
/// <param name="StateHash">Hash of the state that the engine's own book builds from them, 16 hex digits.</param>
/// <param name="ViolationCount">Rules broken.</param>
/// <param name="Violations">The first of them.</param>
internal sealed record Verification(long Events, Counts Counts, string StateHash, long ViolationCount, IReadOnlyList<Violation> Violations);

/// <summary>
/// Checks a data directory without changing it: the auditor reads every event, then the engine's book is built from the same events,
/// validated, and its counts compared with the auditor's. One after the other, so that only one of the two is in memory.
/// </summary>
internal static class VerifyRun
{
    private const int ReportEvery = 1 << 16;

    private delegate void EventTaken(long sequence, in Event e);

    private delegate void ControlTaken(long sequence, ControlEvent e);

    /// <summary>Checks.</summary>
    /// <param name="directory">The data directory.</param>
    /// <exception cref="JournalException">It has no journal, or a damaged one; the message says where.</exception>
    public static async Task<Verification> RunAsync(string directory)
    {
        ReadOnlyJournal journal = SegmentJournal.OpenReadOnly(directory);
        if (!journal.ClosedCleanly)
        {
            Screen.Note("the engine was not stopped cleanly, or is running: what is durable so far is checked");
        }

        (Counts counts, Auditor audit) = await Screen.StepAsync("auditing", meter => Task.FromResult(Audit(journal, meter))).ConfigureAwait(false);
        List<Violation> violations = [.. audit.Violations];
        (Counts booked, string hash) = await Screen.StepAsync(
            "building the state", meter => Task.FromResult(Build(journal, meter, violations))).ConfigureAwait(false);
        if (hash.Length > 0 && !booked.Equals(counts))
        {
            violations.Add(new Violation(journal.EndSequence, "R41", $"the book counts otherwise: {Text(booked)} instead of {Text(counts)}"));
        }

        return new Verification(
            journal.EndSequence, counts, hash, audit.ViolationCount + violations.Count - audit.Violations.Count, violations);
    }

    private static (Counts Counts, Auditor Audit) Audit(ReadOnlyJournal journal, Meter meter)
    {
        var auditor = new Auditor();
        Walk(journal, meter, auditor.Take, (sequence, _) => auditor.Pass(sequence));
        return (auditor.End(), auditor);
    }

    private static (Counts Counts, string StateHash) Build(ReadOnlyJournal journal, Meter meter, List<Violation> violations)
    {
        var books = new Books(new BookOptions(), new ControlOptions());
        long at = 0;
        try
        {
            Walk(
                journal,
                meter,
                (long sequence, in Event e) =>
                {
                    at = sequence;
                    books.Apply(e);
                },
                (_, e) => books.Apply(e));
            books.Validate();
        }
        catch (InvariantException e)
        {
            violations.Add(new Violation(at, "R41", $"the book cannot be built from the events: {e.Message}"));
            return (default, "");
        }

        return (books.All[0].CountAll(), books.StateHash().ToString("x16", CultureInfo.InvariantCulture));
    }

    private static void Walk(ReadOnlyJournal journal, Meter meter, EventTaken taken, ControlTaken controlTaken)
    {
        meter.SetTotal(journal.EndSequence);
        using IJournalReader reader = journal.Read(0);
        while (reader.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> block))
        {
            ReadOnlySpan<byte> bytes = block.Span;
            for (int i = 0; i < count; i++)
            {
                try
                {
                    if (ControlCodec.IsControl(bytes))
                    {
                        bytes = bytes[ControlCodec.Read(bytes, out ControlEvent control)..];
                        controlTaken(sequence + i, control);
                    }
                    else
                    {
                        bytes = bytes[EventCodec.Read(bytes, out Event e)..];
                        taken(sequence + i, e);
                    }
                }
                catch (FormatException broken)
                {
                    throw new JournalException(string.Create(CultureInfo.InvariantCulture, $"event {sequence + i}: {broken.Message}"), broken);
                }
            }

            if (!bytes.IsEmpty)
            {
                throw new JournalException(string.Create(
                    CultureInfo.InvariantCulture, $"the block of events {sequence} to {sequence + count - 1} holds {bytes.Length} bytes more than its events"));
            }

            if (sequence / ReportEvery != (sequence + count) / ReportEvery)
            {
                meter.Report(sequence + count);
            }
        }
    }

    private static string Text(in Counts c) => string.Create(
        CultureInfo.InvariantCulture,
        $"teams {c.TeamsOpened}/{c.TeamsFormed}/{c.TeamsExpired}/{c.TeamsDissolved}/{c.TeamsMerged}/{c.TeamsOpen}, orders {c.Waiting}/{c.Formed}/{c.Shipped}/{c.Bought}/{c.RefundOwed}/{c.Refunded}");
}
