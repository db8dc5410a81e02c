using Matching.Core;
using Matching.Kit.Engine;
using Matching.Storage;
using Matching.Structures;
using Xunit.Sdk;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>Defects planted into what answers for closed orders rest on: the checks of these tests must find each.</summary>
public sealed class LedgerFaultTests
{
    /// <summary>What may be planted.</summary>
    public enum LedgerFault
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The ledger says that it stands further on than its records do.</summary>
        CheckpointTooFar,

        /// <summary>The snapshot's filters are lost: an old order is taken for a new one.</summary>
        FiltersLost,

        /// <summary>What was evicted is not counted in the snapshot.</summary>
        SumsLost,
    }

    public static TheoryData<LedgerFault> Faults => [.. Enum.GetValues<LedgerFault>()];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(LedgerFault fault)
    {
        Exception? found = null;
        for (int seed = 0; seed < (fault == LedgerFault.None ? 20 : 60) && found is null; seed++)
        {
            found = Record.Exception(() => Play(fault, 100 + (20 * seed)));
        }

        Assert.True((found is null) == (fault == LedgerFault.None), $"{fault}: {found?.ToString() ?? "not found"}");
        Assert.True(found is null or XunitException or InvariantException or NullReferenceException, $"{found}");
    }

    private static void Play(LedgerFault fault, int commands)
    {
        var stage = new LedgerRig();
        stage.Live(1, engine => stage.Snapshots.Play(engine, commands), snapshot: true);
        LedgerTable early = stage.Ledger.Reopen();
        stage.Live(1, engine => stage.Snapshots.Play(engine, commands), snapshot: false, from: true);
        stage.Wrap = fault == LedgerFault.CheckpointTooFar ? _ => new Planted(early, stage.Ledger.Position) : null;
        if (fault == LedgerFault.FiltersLost)
        {
            stage.Rewrite(stage.Taken, (section, bytes) => StateSections.FilterPartition(section) >= 0 ? null : bytes);
        }
        else if (fault == LedgerFault.SumsLost)
        {
            // They begin right behind the rows of a partition that has no campaigns: hash and thirteen counts, 112 bytes.
            stage.Rewrite(stage.Taken, (section, bytes) => section < BookOptions.Partitions ? [.. bytes[..^112], .. new byte[112]] : bytes);
        }

        stage.Live(1, stage.CheckAnswers, snapshot: false, from: true);
    }

    private sealed class Planted(ILedger inner, long position) : LedgerAround(inner)
    {
        public override long Position => Math.Max(position, base.Position);
    }
}
