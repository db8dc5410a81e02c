using System.Globalization;
using System.Text;
using Matching.Kit.Disks;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Matching.Storage.Tests;

/// <summary>
/// Every byte of the files under the order ledger, the store's own among them, flipped one at a time, and every file cut: what is read
/// afterwards is as it was written, or the ledger says what is wrong with it. MATCHING_DAMAGE=all tries every byte, and every 64th length
/// (hours), a number every so many.
/// </summary>
public sealed class LedgerDamageTests(ITestOutputHelper output) : IDisposable
{
    private const int Stride = 499;
    private const int CutStride = 64;
    private const int Records = 600;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-");

    private string Whole => Path.Combine(_directory.FullName, "whole");

    private string Spoilt => Path.Combine(_directory.FullName, "spoilt");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_flipped_byte_or_a_file_cut_short_is_told_or_harmless()
    {
        string? damage = Environment.GetEnvironmentVariable("MATCHING_DAMAGE");
        int stride = damage switch { null => Stride, "all" => 1, _ => int.Parse(damage, NumberStyles.None, CultureInfo.InvariantCulture) };
        Make();
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string file in Files())
        {
            byte[] whole = File.ReadAllBytes(file);
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{whole.Length,9:N0} bytes  {Path.GetRelativePath(Whole, file)}"));
            for (int at = whole.Length < stride ? whole.Length / 2 : found.Count % stride; at < whole.Length; at += stride)
            {
                byte[] flipped = [.. whole];
                flipped[at] ^= (byte)(1 << (at % 8));
                Try(file, flipped, $"{file}, byte {at}", found);
                if (stride > 1 || at % CutStride == 0)
                {
                    Try(file, whole[..at], $"{file}, cut at {at}", found);
                }
            }
        }

        output.WriteLine(string.Join(", ", found.Select(one => $"{one.Key} {one.Value}")));
        Assert.True(found["told"] > 0 && found["harmless"] > 0);
    }

    // Not a regular file, or one that may not be read; a directory in its place is refused to everybody, root too.
    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("a directory")]
    [InlineData("a pipe")]
    [InlineData("another's")]
    public async Task A_file_that_is_not_there_or_cannot_be_read_is_told_and_keeps_nobody_waiting(string what)
    {
        Make();
        string other = Path.Combine(_directory.FullName, "other");
        Directory.Move(Whole, other);
        Make();
        string[] others = [.. Directory.GetFiles(other, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int told = 0;
        foreach (string file in Files())
        {
            string path = Copy(file);
            File.Delete(path);
            switch (what)
            {
                case "missing":
                    break;
                case "empty":
                    File.WriteAllBytes(path, []);
                    break;
                case "a directory":
                    Directory.CreateDirectory(path);
                    break;
                case "a pipe":
                    Assert.Equal(0, Run("mkfifo", path));
                    break;
                default:
                    // The checkpoints' own names are new each time.
                    string name = Path.GetFileName(path);
                    File.Copy(others.Last(one => string.Equals(Path.GetFileName(one), name, StringComparison.Ordinal)), path);
                    break;
            }

            // A start that waits for ever fails here.
            told += await Task.Run(() => IsTold($"{file}: {what}")).WaitAsync(TimeSpan.FromMinutes(1)) ? 1 : 0;
        }

        Assert.True(told > 0);
    }

    // A file system over a network, say.
    [Fact]
    public void An_opening_whose_disk_does_not_answer_is_given_up_with_the_path_and_when_told_so()
    {
        using var never = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var disk = new FaultyDisk(1);
        disk.CreateDirectory(Spoilt);
        disk.Replace(Path.Combine(Spoilt, "checkpoint-0000000000000000300"), new byte[152]);
        disk.Calling = never.Wait;
        LedgerException refused = Assert.Throws<LedgerException>(
            () => OrderLedger.TryOpen(Options(Spoilt) with { Patience = TimeSpan.Zero }, disk, default, out _));
        Assert.Contains(Spoilt, refused.Message, StringComparison.Ordinal);
        disk.Calling = () =>
        {
            stop.Cancel();
            never.Wait();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => OrderLedger.TryOpen(Options(Spoilt), disk, stop.Token, out _));
        never.Set();
    }

    // The negative control: nothing can tell, and this must.
    [Fact]
    public void A_key_changed_under_a_checksum_made_anew_is_seen_to_be_silent()
    {
        Make();
        string log = Copy(Path.Combine(Whole, "records.log.0"));
        byte[] bytes = File.ReadAllBytes(log);
        Guid id = LedgerCheckpoint.Load(LocalDisk.Instance, LedgerCheckpoint.List(LocalDisk.Instance, Spoilt)[0], Guid.Empty).Ledger;
        uint seed = LedgerSector.SeedOf(id, "records.log.0");
        byte[] sector = bytes[4..LedgerSector.FrameBytes];
        int at = sector.AsSpan().IndexOf((ReadOnlySpan<byte>)[7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        sector[at + 12] ^= 1;
        LedgerSector.Seal(sector, seed, 0, bytes.AsSpan(0, LedgerSector.FrameBytes));
        File.WriteAllBytes(log, bytes);
        Assert.Contains(
            "record 1 is not found", Assert.ThrowsAny<XunitException>(() => IsTold("forged")).Message, StringComparison.Ordinal);
    }

    private void Try(string file, byte[] bytes, string where, Dictionary<string, int> found)
    {
        File.WriteAllBytes(Copy(file), bytes);
        string end = IsTold(where) ? "told" : "harmless";
        found[end] = found.GetValueOrDefault(end) + 1;
    }

    /// <summary>False where everything is as it was; silent damage fails.</summary>
    private bool IsTold(string where)
    {
        using OrderLedger? ledger = OrderLedger.TryOpen(Options(Spoilt), out string? told);
        if (ledger is null)
        {
            Assert.NotNull(told);
            return true;
        }

        try
        {
            // Of an older checkpoint, what is behind it comes from the journal again.
            for (int i = 1; i <= ledger.Position; i++)
            {
                Assert.True(ledger.TryRead(new LedgerKey(7, i), out byte[] record, out long version),
                    $"{where}: record {i} is not found");
                Assert.Equal((Text(i), i), (Encoding.ASCII.GetString(record), version));
            }
        }
        catch (LedgerException e)
        {
            Assert.Contains(Spoilt, e.Message, StringComparison.Ordinal);
            return true;
        }

        return told is not null;
    }

    private string[] Files() => [.. Directory.GetFiles(Whole, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The whole ledger copied, and where a file of it lies in the copy.</summary>
    private string Copy(string file)
    {
        if (Directory.Exists(Spoilt))
        {
            Directory.Delete(Spoilt, recursive: true);
        }

        foreach (string one in Files())
        {
            string to = Path.Combine(Spoilt, Path.GetRelativePath(Whole, one));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(one, to);
        }

        return Path.Combine(Spoilt, Path.GetRelativePath(Whole, file));
    }

    // More than is kept in memory, and two checkpoints.
    private void Make()
    {
        using OrderLedger ledger = OrderLedger.Create(Options(Whole));
        for (int i = 1; i <= Records; i++)
        {
            ledger.Write(new LedgerKey(7, i), Encoding.ASCII.GetBytes(Text(i)), i);
            if (i % (Records / 2) == 0)
            {
                ledger.Checkpoint(i);
            }
        }
    }

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture) + new string('x', i % 60);

    private static int Run(string command, string argument)
    {
        using var process = System.Diagnostics.Process.Start(command, [argument]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static LedgerOptions Options(string directory) =>
        new() { Directory = directory, MemoryBytes = 1 << 20, IndexBytes = 64 << 10, SegmentBytes = 4 << 20 };
}
