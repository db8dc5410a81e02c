using System.Globalization;
using System.Text;

namespace Matching.Storage.Tests;

/// <summary>What every ledger keeps to, on disk or in memory.</summary>
public abstract class LedgerContract : IDisposable
{
    private ILedger? _ledger;

    private protected ILedger Ledger => _ledger ??= Open();

    public void Dispose()
    {
        _ledger?.Dispose();
        Cleanup();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void What_was_written_last_is_read()
    {
        Write(1, "one", 10);
        Write(2, "two", 20);
        Write(1, "uno", 30);
        Assert.Equal(("uno", 30), Read(1));
        Assert.Equal(("two", 20), Read(2));
        Assert.Null(Read(3));
    }

    [Fact]
    public void A_checkpoint_moves_the_position_and_what_it_covers_survives_opening_again()
    {
        Write(1, "one", 10);
        Assert.Equal(0, Ledger.Position);
        Ledger.Checkpoint(11);
        Assert.Equal(11, Ledger.Position);
        Write(1, "changed", 12);
        Write(2, "new", 12);
        OpenAgain();
        Assert.Equal(11, Ledger.Position);
        Assert.Equal(("one", 10), Read(1));
        Assert.Null(Read(2));
    }

    [Fact]
    public void Writing_goes_on_after_opening_again()
    {
        for (int round = 1; round <= 4; round++)
        {
            Write(round, Text(round), round);
            Write(100, Text(round), round);
            Ledger.Checkpoint(round);
            OpenAgain();
        }

        Assert.Equal(4, Ledger.Position);
        for (int round = 1; round <= 4; round++)
        {
            Assert.Equal((Text(round), round), Read(round));
        }

        Assert.Equal((Text(4), 4), Read(100));
    }

    [Fact]
    public void Many_records_of_many_lengths_are_all_found()
    {
        for (int i = 1; i <= 20_000; i++)
        {
            Write(i, Text(i), i);
            if (i % 7_000 == 0)
            {
                Ledger.Checkpoint(i);
            }
        }

        Ledger.Checkpoint(20_000);
        OpenAgain();
        for (int i = 1; i <= 20_000; i += 7)
        {
            Assert.Equal((Text(i), i), Read(i));
        }
    }

    // Each while the one before is in memory still, and more between two checkpoints than a check of the second keeps there.
    [Fact]
    public void Records_written_again_and_again_between_two_checkpoints_are_all_in_the_second()
    {
        const int Keys = 500, Rounds = 40;
        for (int round = 1; round <= Rounds; round++)
        {
            for (int key = 1; key <= Keys; key++)
            {
                Write(key, Text((round * Keys) + key), round);
            }

            if (round == 1)
            {
                Ledger.Checkpoint(1);
            }
        }

        Ledger.Checkpoint(Rounds);
        OpenAgain();
        for (int key = 1; key <= Keys; key += 7)
        {
            Assert.Equal((Text((Rounds * Keys) + key), Rounds), Read(key));
        }
    }

    [Fact]
    public void Where_a_writer_began_is_remembered_with_the_checkpoint()
    {
        Ledger.BeginAt(5, lost: true);
        Write(1, "one", 7);
        Ledger.Checkpoint(7);
        OpenAgain();
        Assert.Equal(5, Ledger.From);
    }

    private protected void OpenAgain()
    {
        ILedger before = Ledger;
        _ledger = Reopen(before);
    }

    private protected void Write(long key, string text, long version) =>
        Ledger.Write(new LedgerKey(7, key), Encoding.ASCII.GetBytes(text), version);

    private protected (string Text, long Version)? Read(long key) =>
        Ledger.TryRead(new LedgerKey(7, key), out byte[] record, out long version) ? (Encoding.ASCII.GetString(record), version)
            : null;

    private protected static string Text(int i) => i.ToString(CultureInfo.InvariantCulture) + new string('x', i % 300);

    private protected abstract ILedger Open();

    /// <summary>The ledger as a crash leaves it now.</summary>
    private protected abstract ILedger Reopen(ILedger before);

    protected virtual void Cleanup()
    {
        // Nothing in memory to clean up.
    }
}

/// <summary>The plain table.</summary>
public sealed class LedgerTableTests : LedgerContract
{
    private protected override ILedger Open() => new LedgerTable();

    private protected override ILedger Reopen(ILedger before) => ((LedgerTable)before).Reopen();
}
