using Matching.Kit.Disks;

namespace Matching.Storage.Tests;

/// <summary>The file of a snapshot: whole, or refused.</summary>
public sealed class SnapshotTests
{
    private const long Sequence = 77;
    private readonly FaultyDisk _disk = new(1);

    public SnapshotTests() => _disk.CreateDirectory(Simulated.Directory);

    private SnapshotStore Store => new(_disk, Simulated.Directory);

    [Fact]
    public void What_was_written_is_read_back()
    {
        Write(Sequence);
        using Snapshot snapshot = Store.Open(Sequence);
        Assert.Equal(new SnapshotHeader(Sequence, 0xABCD, 1_234), snapshot.Header);
        Assert.Equal([3, 9, 1025], snapshot.Sections);
        byte[] buffer = [];
        Assert.Equal(Bytes(3), snapshot.Read(3, ref buffer).ToArray());
        Assert.Equal(Bytes(9), snapshot.Read(9, ref buffer).ToArray());
        Assert.Throws<SnapshotDamagedException>(() => snapshot.Read(4, ref buffer));
    }

    [Fact]
    public void Every_flipped_bit_is_refused_and_so_is_a_file_cut_at_any_length_or_too_long()
    {
        Write(Sequence);
        string path = Store.PathOf(Sequence);
        byte[] whole = _disk.BytesOf(path);
        Assert.False(IsRefused(path, whole));
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(IsRefused(path, bytes), $"bit {bit % 8} of byte {bit / 8} of {whole.Length}");
        }

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.True(IsRefused(path, whole[..length]), $"cut at {length}");
        }

        Assert.True(IsRefused(path, [.. whole, 0]));
    }

    [Fact]
    public void Sections_that_changed_places_are_refused()
    {
        Write(Sequence);
        string path = Store.PathOf(Sequence);
        byte[] bytes = _disk.BytesOf(path);
        bytes.AsSpan(64, 16).CopyTo(bytes.AsSpan(64 + 16));
        Assert.True(IsRefused(path, bytes));
    }

    [Fact]
    public void A_snapshot_under_another_ones_name_is_refused()
    {
        Write(Sequence);
        _disk.Rename(Store.PathOf(Sequence), Store.PathOf(Sequence + 1));
        Assert.Throws<SnapshotDamagedException>(() => Store.Open(Sequence + 1));
    }

    [Fact]
    public void A_newer_version_is_refused_by_name_and_not_passed_over()
    {
        Write(Sequence);
        string path = Store.PathOf(Sequence);
        byte[] bytes = _disk.BytesOf(path);
        bytes[16] = 3;
        BitConverter.TryWriteBytes(bytes, Page.Checksum(bytes.AsSpan(0, 64)));
        _disk.Replace(path, bytes);
        JournalException refused = Assert.Throws<JournalException>(() => Store.Open(Sequence));
        Assert.Contains("has format version 3; this program reads versions up to 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_are_kept_and_an_unfinished_one_is_none()
    {
        foreach (long sequence in (ReadOnlySpan<long>)[10, 20, 30])
        {
            Write(sequence);
            Store.RemoveOld();
        }

        SnapshotWriter unfinished = Store.Create(40, 0, 0);
        unfinished.Dispose();
        Assert.Equal([30, 20], Store.List());
        Store.RemoveUnfinished();
        Assert.DoesNotContain(_disk.Paths, path => path.Contains("new", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disk_that_lies_about_what_it_wrote_is_found_out_before_the_snapshot_gets_its_name()
    {
        _disk.Fault = (_, call, _) => call == DiskCall.Write ? DiskFault.Lost : DiskFault.None;
        Assert.Throws<SnapshotDamagedException>(() => Write(Sequence));
        Assert.Empty(Store.List());
    }

    [Fact]
    public void A_section_that_cannot_be_read_is_told_as_damage_so_that_the_snapshot_before_stands_in()
    {
        Write(Sequence);
        using Snapshot snapshot = Store.Open(Sequence);
        _disk.Fault = (_, call, _) => call == DiskCall.Read ? DiskFault.Error : DiskFault.None;
        byte[] buffer = [];
        Assert.Throws<SnapshotDamagedException>(() => snapshot.Read(3, ref buffer));
    }

    private static byte[] Bytes(int section) => [.. Enumerable.Range(0, 10 + section).Select(i => (byte)(i * section))];

    private void Write(long sequence)
    {
        using SnapshotWriter writer = Store.Create(sequence, 0xABCD, 1_234);
        foreach (int section in (ReadOnlySpan<int>)[3, 9, 1025])
        {
            writer.Write(section, Bytes(section));
        }

        writer.Complete();
    }

    private bool IsRefused(string path, byte[] bytes)
    {
        _disk.Replace(path, bytes);
        try
        {
            using Snapshot snapshot = Store.Open(Sequence);
            byte[] buffer = [];
            foreach (int section in snapshot.Sections)
            {
                snapshot.Read(section, ref buffer);
            }

            return false;
        }
        catch (JournalException refusal)
        {
            Assert.Contains(Simulated.Directory, refusal.Message, StringComparison.Ordinal);
            return true;
        }
    }
}
