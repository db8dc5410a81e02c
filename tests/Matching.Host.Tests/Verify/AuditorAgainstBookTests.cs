using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit;

namespace Matching.Host.Tests.Verify;

/// <summary>
/// The book is driven with seeded random commands of every kind, small ids so that they collide, and time that jumps over deadlines;
/// the auditor reads what it journals. Each keeps its own account: they must agree, and the auditor must find nothing.
/// </summary>
public sealed class AuditorAgainstBookTests
{
    private static readonly Operation[] Operations =
        [Operation.OpenTeam, Operation.QuickJoin, Operation.QuickJoin, Operation.JoinTeam, Operation.JoinTeam, Operation.Hold,
            Operation.Hold,
         Operation.Pay, Operation.Pay, Operation.Release, Operation.SoloBuy, Operation.RequestRefund, Operation.RequestRefund,
             Operation.ApproveRefund,
         Operation.RejectRefund, Operation.WithdrawRefund, Operation.Ship, Operation.RefundDone];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whatever_the_book_decides_breaks_no_rule_and_is_counted_alike(int seed)
    {
        var random = new Random(seed);
        var book = new Book(new BookOptions { TeamSize = 2 + (seed % 2), TeamLifeMs = 1000, HoldMs = 200, Rescue = seed % 3 != 0 });
        var auditor = new Auditor();
        long sequence = 0;
        long now = 1_000_000;
        var kinds = new HashSet<EventKind>();
        var recent = new List<Event> { new() { Item = 1, Order = 1 } };
        var offers = new Queue<CampaignTerms>();
        for (int i = 0; i < 30_000; i++)
        {
            now += random.Next(100) == 0 ? random.Next(1500) : random.Next(20);
            if (random.Next(200) == 0)
            {
                offers.Enqueue(Offer(random, book.Options, i + 1));
                auditor.Take(sequence++,
                    new ControlEvent { Kind = ControlEventKind.CampaignChanged, Campaign = 1, Item = 1, Terms = offers.Last() });
            }

            // The book hears of it later, in between it decides by the one before.
            if (offers.Count > 0 && random.Next(10) == 0)
            {
                book.SetSchedule(new ItemSchedule(1, now, MerchantKind.C2C, offers.Dequeue(), []));
            }

            if (random.Next(50) == 0)
            {
                book.Sweep(now, 2);
            }
            else
            {
                book.Execute(RandomCommand(random, recent), now, out _);
            }

            Take(book, auditor, kinds, recent, ref sequence);
        }

        auditor.CheckAtRest();
        Assert.Equal("", string.Join('\n', auditor.Violations));
        Assert.Equal(book.CountAll(), auditor.Count());
        Assert.True(kinds.Count >= (book.Options.Rescue ? 18 : 17), $"only these kinds came up: {string.Join(' ', kinds)}");
    }

    private static CampaignTerms Offer(Random random, BookOptions options, int version) => new()
    {
        Campaign = 1,
        Version = version,
        Merchant = 9,
        Item = 1,
        Enabled = true,
        EndMs = long.MaxValue / 2,
        TeamSize = options.TeamSize,
        GroupPriceFen = 1 + random.Next(2),
        SoloPriceFen = 3,
        HoldMs = options.HoldMs,
        QuotaSeats = random.Next(3) == 0 ? 0 : 20 + random.Next(60),
    };

    private static void Take(Book book, Auditor auditor, HashSet<EventKind> kinds, List<Event> recent, ref long sequence)
    {
        ReadOnlySpan<byte> bytes = book.Events.Written;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[EventCodec.Read(bytes, out Event e)..];
            kinds.Add(e.Kind);
            recent.Add(e);
            auditor.Take(sequence++, e);
        }

        recent.RemoveRange(0, Math.Max(0, recent.Count - 40));
        book.Events.Clear();
    }

    /// <summary>A command about an item, order or team that something just happened to, or about any.</summary>
    private static Command RandomCommand(Random random, List<Event> recent)
    {
        Operation operation = Operations[random.Next(Operations.Length)];
        Event about = recent[random.Next(recent.Count)];
        bool followUp = operation >= Operation.RequestRefund || operation is Operation.Pay or Operation.Release || random.Next(20) == 0;
        bool named = operation is Operation.JoinTeam || (operation is Operation.Hold && random.Next(2) == 0);
        var command = new Command
        {
            Operation = operation,
            Item = followUp || named ? about.Item : random.Next(1, 4),
            Order = followUp && about.Order != 0 ? about.Order : random.Next(1, 20_000),
            Buyer = random.Next(1, 8),
            Quantity = 1,
            Amount = 100 * random.Next(5),
            Team = named ? Math.Max(1, about.Team) : 0,
        };
        return OptionalFields.Give(command, random.Next);
    }
}
