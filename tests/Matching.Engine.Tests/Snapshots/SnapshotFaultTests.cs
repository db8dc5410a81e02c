using Matching.Core;
using Matching.Engine.State;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>
/// R38: whatever call to the disk fails while a snapshot is made, nothing answered is lost, and joins go on where the disk does.
/// </summary>
public sealed class SnapshotFaultTests
{
    private const int Commands = 60;

    [Theory]
    [InlineData(DiskFault.Error)]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.Short)]
    [InlineData(DiskFault.Kill)]
    [InlineData(DiskFault.PowerLoss)]
    public void Whatever_call_fails_while_a_snapshot_is_made_nothing_answered_is_lost(DiskFault fault)
    {
        // Two snapshots and two starts before, so that this one also removes the oldest and archives a segment.
        int calls = Play(DiskFault.None, int.MaxValue, out _);
        Assert.InRange(calls, 10, 400);
        int failed = 0;
        for (int call = 0; call < calls; call++)
        {
            Play(fault, call, out bool told);
            failed += told ? 1 : 0;
        }

        Assert.True(failed > calls / 2, $"{failed} of {calls} calls made the snapshot fail");
    }

    // Returns how many calls the third snapshot makes.
    private static int Play(DiskFault fault, int at, out bool failed)
    {
        var stage = new SnapshotRig(new FaultyDisk(at + 1));
        SteppedEngine rig = stage.Open(2);
        for (int i = 0; i < 2; i++)
        {
            stage.Play(rig, Commands);
            rig.Run(new ValueTask<SnapshotTaken>(rig.Engine.SnapshotAsync()));
            rig.Close();
            rig = stage.Open(2);
        }

        stage.Play(rig, Commands);
        string before = SnapshotRig.Everything(rig);
        int start = stage.Disk.Calls;
        stage.Disk.Fault = (number, _, _) => number == start + at ? fault : DiskFault.None;
        Task<SnapshotTaken> third = rig.Engine.SnapshotAsync();
        rig.Loops.RunUntilIdle();
        int calls = stage.Disk.Calls - start;
        failed = third.IsFaulted;
        Assert.True(third.IsCompleted);
        stage.Disk.Fault = null;
        bool gone = fault is DiskFault.Kill or DiskFault.PowerLoss && at < calls;
        if (gone)
        {
            if (fault == DiskFault.PowerLoss)
            {
                stage.Disk.LosePower();
            }
            else
            {
                stage.Disk.Restart();
            }
        }
        else
        {
            // The disk is well again: joins have gone on, and the next snapshot can be taken.
            Assert.Null(rig.Engine.Health.Failure);
            Assert.Equal(failed, rig.Engine.Health.SnapshotFailure is not null);
            Assert.Equal(Outcome.Opened, rig.Join(99, 1, 1).Outcome);
            before = SnapshotRig.Everything(rig);
            rig.Run(new ValueTask<SnapshotTaken>(rig.Engine.SnapshotAsync()));
            Assert.Null(rig.Engine.Health.SnapshotFailure);
            rig.Close();
        }

        SteppedEngine again = stage.Open(1);
        Assert.True(again.Engine.RecoveredFromSnapshot > 0);
        Assert.Equal(before, SnapshotRig.Everything(again));
        again.Close();
        return calls;
    }
}
