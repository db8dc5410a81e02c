using System.Security.Cryptography;
using Matching.Kit;

namespace Matching.Core.Tests.State;

/// <summary>
/// A history as an engine wrote it before orders had details, tiers and merchants, made by this recipe. Its events and its state must have
/// the bytes they had then: so an old journal and an old snapshot are read, and held against each other by <c>verify</c>, as if nothing had
/// changed. The digests were made by that engine; those of records by the first that journaled them.
/// </summary>
public sealed class OldLayoutTests
{
    private const long Item = 7;
    private const long Day = 86_400_000;

    private static readonly long s_partition = Book.PartitionOf(Item);

    private static Event[] History =>
    [
        // Formed by a hold paid in time; shipped, and one member's money back after sale.
        Seat(EventKind.TeamOpened, 1_000, 1, 11, 101) with { Via = Operation.OpenTeam, Source = Source.ShareLink, NewBuyer = true },
        Hold(2_000, 1, 12, 102),
        Seat(EventKind.SeatTaken, 3_000, 1, 12, 102) with { Via = Operation.Pay, Payment = 71 },
        On(EventKind.TeamFormed, 3_000, 1, 102),
        On(EventKind.Shipped, 4_000, 1, 101) with { Buyer = 11 },
        On(EventKind.Shipped, 4_000, 1, 102) with { Buyer = 12 },
        Owed(4_500, 102, 12, RefundCause.SecondPayment, 72, 333),
        On(EventKind.RefundDone, 4_600, 0, 102) with { Cause = RefundCause.SecondPayment, Payment = 72 },
        On(EventKind.RefundRequested, 5_000, 1, 101) with { Buyer = 11 },
        On(EventKind.AfterSaleGranted, 6_000, 1, 101) with { Buyer = 11 },
        Owed(6_000, 101, 11, RefundCause.AfterSale, 0, 990),
        On(EventKind.RefundDone, 7_000, 0, 101) with { Cause = RefundCause.AfterSale },

        // One who left his team, which dissolved under a live hold; that ended, was paid late and owed back.
        Seat(EventKind.TeamOpened, 8_000, 2, 13, 103) with { Via = Operation.QuickJoin },
        Hold(8_100, 2, 14, 104),
        On(EventKind.RefundRequested, 8_200, 2, 103) with { Buyer = 13 },
        On(EventKind.MemberLeft, 8_300, 2, 103) with { Buyer = 13 },
        Owed(8_300, 103, 13, RefundCause.Left, 0, 990),
        On(EventKind.TeamDissolved, 8_300, 2, 0),
        On(EventKind.HoldEnded, 908_100, 0, 104) with { Buyer = 14 },
        Owed(910_000, 104, 14, RefundCause.LatePayment, 73, 990),

        // Money of nobody, a promise released, an order alone, and two teams that are one in the end.
        Owed(911_000, 105, 0, RefundCause.UnknownPayment, 74, 5) with { Via = Operation.Pay },
        Hold(912_000, 0, 15, 106) with { OpenNew = true },
        On(EventKind.HoldReleased, 913_000, 0, 106) with { Buyer = 15 },
        new() { Kind = EventKind.SoloBought, Via = Operation.SoloBuy, At = 914_000, Item = Item, Order = 107, Buyer = 16, Amount = 1_500,
            Quantity = 2, Source = Source.LiveRoom },
        Seat(EventKind.TeamOpened, 915_000, 3, 17, 108) with { Via = Operation.OpenTeam },
        Seat(EventKind.TeamOpened, 916_000, 4, 18, 109) with { Via = Operation.OpenTeam },
        On(EventKind.TeamMerged, 915_000 + Day, 3, 0) with { OtherTeam = Team(4) },
        On(EventKind.TeamFormed, 915_000 + Day, 4, 0),

        // One that expired, one that is open, and one that holds.
        Seat(EventKind.TeamOpened, 916_000 + Day, 5, 19, 110) with { Via = Operation.QuickJoin },
        On(EventKind.TeamExpired, 916_000 + Day + Day, 5, 0),
        Owed(916_000 + Day + Day, 110, 19, RefundCause.Expired, 0, 990),
        Seat(EventKind.TeamOpened, 917_000 + Day + Day, 6, 20, 111) with { Via = Operation.OpenTeam, InviteOnly = true },
        Hold(918_000 + Day + Day, 6, 21, 112),
    ];

    [Fact]
    public void Events_of_before_have_the_bytes_of_before()
    {
        byte[] bytes = new byte[EventCodec.MaxBytes];
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Event e in History)
        {
            int length = EventCodec.Write(bytes, e);
            digest.AppendData(bytes, 0, length);
            EventCodec.Read(bytes, out Event read);
            Assert.Equal(e, read);
        }

        Assert.Equal("8FD52CE9637C38C5", Convert.ToHexString(digest.GetHashAndReset())[..16]);
    }

    [Fact]
    public void A_state_of_before_has_the_bytes_and_the_hash_of_before_and_is_loaded()
    {
        Books books = Played(evicting: false);
        Assert.Equal("065F43D1D2F098FF 97434f4c53abc518", $"{DigestOf(books.Save)} {books.StateHash():x16}");
        Books loaded = SavedState.Of(books.Save).Load(new BookOptions(), new(), 3);
        loaded.Validate();
        Assert.Equal(books.StateHash(), loaded.StateHash());
    }

    /// <summary>As the records lie in the journal since closed orders are journaled; a later program must read them.</summary>
    [Fact]
    public void A_state_without_what_closed_and_its_records_have_the_bytes_they_had_first()
    {
        Books books = Played(evicting: true);
        books.All[0].EvictClosed(int.MaxValue, keep: 0);
        byte[] events = books.All[0].Events.Written.ToArray();
        Assert.Equal("5508782F859F37C4", Convert.ToHexString(SHA256.HashData(events))[..16]);
        string rows = DigestOf(sink => books.Save((section, bytes) => Rows(sink, section, bytes)));
        Assert.Equal("CFBA42E729D0115E 97434f4c53abc518", $"{rows} {books.StateHash():x16}");

        Books replayed = Played(evicting: true);
        EventLog.ForEach(events, (in e, encoded) => replayed.Apply(e, encoded));
        replayed.Validate();
        Assert.Equal(rows, DigestOf(sink => replayed.Save((section, bytes) => Rows(sink, section, bytes))));
        EventLog.ForEach(events, (in e, encoded) => replayed.All[0].Recall(Family.Read(RecordEvent.RecordOf(encoded).ToArray())));
        replayed.Validate();
        replayed.All[0].PutBack();
        replayed.Validate();
        Assert.Equal("97434f4c53abc518", $"{replayed.StateHash():x16}");
        Assert.Equal(0, replayed.All[0].Events.Count);
    }

    private static void Rows(SectionSink sink, int section, ReadOnlySpan<byte> bytes)
    {
        if (StateSections.FilterPartition(section) < 0)
        {
            sink(section, bytes);
        }
    }

    private static Books Played(bool evicting)
    {
        var books = new Books(new BookOptions(), new());
        if (evicting)
        {
            books.All[0].KeepOnlyOpen(4);
        }

        Array.ForEach(History, e => books.Apply(e));
        books.Validate();
        return books;
    }

    private static string DigestOf(Action<SectionSink> save)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        save((section, bytes) =>
        {
            digest.AppendData(BitConverter.GetBytes(section));
            digest.AppendData(bytes);
        });
        return Convert.ToHexString(digest.GetHashAndReset())[..16];
    }

    private static long Team(long number) => number == 0 ? 0 : (number << 10) | s_partition;

    private static Event On(EventKind kind, long at, long team, long order) =>
        new() { Kind = kind, At = at, Item = Item, Team = Team(team), Order = order };

    private static Event Seat(EventKind kind, long at, long team, long buyer, long order) => new()
    {
        Kind = kind,
        At = at,
        Item = Item,
        Team = Team(team),
        Order = order,
        Buyer = buyer,
        Amount = 990,
        Quantity = 1,
        Size = kind == EventKind.TeamOpened ? (ushort)2 : (ushort)0,
        Deadline = kind == EventKind.TeamOpened ? at + Day : 0,
        Price = kind == EventKind.TeamOpened ? 990 : 0,
    };

    private static Event Hold(long at, long team, long buyer, long order) => new()
    {
        Kind = EventKind.HoldPlaced,
        Via = Operation.Hold,
        At = at,
        Item = Item,
        Team = Team(team),
        Order = order,
        Buyer = buyer,
        Size = 2,
        Price = 990,
        Deadline = at + 900_000,
        LifeMs = Day,
    };

    private static Event Owed(long at, long order, long buyer, RefundCause cause, long payment, long amount) => new()
    {
        Kind = EventKind.RefundOwed,
        Cause = cause,
        At = at,
        Item = Item,
        Order = order,
        Buyer = buyer,
        Payment = payment,
        Amount = amount,
        Quantity = 1,
    };
}
