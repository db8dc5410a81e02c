using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Host.Tests.Cli;
using Matching.Host.Verify;
using Matching.Kit.Disks;
using Matching.Storage;

namespace Matching.Host.Tests.Verify;

/// <summary>
/// What the version before decided, whose quota was taken seat by seat and for whom a promise was no seat, is no breach of R31 and R42;
/// what this one decides behind it is.
/// </summary>
public sealed class OldRulesTests : IDisposable
{
    private const string Old = "/old";
    private const long Item = 3, Day = 86_400_000;

    private readonly ProgramRun _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task R31_R42_a_directory_of_the_version_before_is_judged_by_the_rules_it_had_and_what_follows_by_those_of_today()
    {
        var disk = new FaultyDisk(1);
        Write(disk, [Published(quota: 3)], [Promise(order: 1, buyer: 11), Opened(1, order: 2, buyer: 12), Opened(2, order: 3, buyer: 11)]);
        OldDirectory.Make(disk, Old);
        Assert.Empty((await Verify(disk, "old")).Violations);

        Write(disk, [], [Opened(3, order: 4, buyer: 14)]);
        Violation wrong = Assert.Single((await Verify(disk, "upgraded")).Violations);
        Assert.Equal((4L, "R42"), (wrong.Sequence, wrong.Rule));
    }

    private Task<Verification> Verify(FaultyDisk disk, string name)
    {
        string folder = Path.Combine(_program.Folder, name);
        Directory.CreateDirectory(folder);
        foreach (string path in disk.Paths)
        {
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), disk.BytesOf(path));
        }

        return VerifyRun.RunAsync(folder);
    }

    private static void Write(FaultyDisk disk, ControlEvent[] controls, Event[] events)
    {
        using SegmentJournal journal =
            SegmentJournal.Open(new JournalOptions { Directory = Old, SegmentBytes = 64 << 10, Background = new InlineScheduler() }, disk);
        foreach (ControlEvent e in controls)
        {
            journal.Append(ControlCodec.Encode(e), 1);
        }

        foreach (Event e in events)
        {
            byte[] bytes = new byte[EventCodec.MaxBytes];
            journal.Append(bytes.AsSpan(0, EventCodec.Write(bytes, e)), 1);
        }

        journal.Commit();
    }

    private static ControlEvent Published(long quota) => new()
    {
        Kind = ControlEventKind.CampaignPublished,
        At = 1,
        Operation = ControlOperation.PublishCampaign,
        Request = 1,
        Campaign = 1,
        Merchant = 7,
        Item = Item,
        Category = "shoes",
        Terms = new CampaignTerms
        {
            Campaign = 1,
            Version = 1,
            Merchant = 7,
            Item = Item,
            Enabled = true,
            StartMs = 1,
            EndMs = 10 * Day,
            TeamSize = 2,
            GroupPriceFen = 800,
            SoloPriceFen = 1_000,
            QuotaSeats = quota,
            HoldMs = 900_000,
        },
    };

    private static Event Promise(long order, long buyer) => new()
    {
        Kind = EventKind.HoldPlaced,
        Via = Operation.Hold,
        At = 1_000,
        Item = Item,
        Order = order,
        Buyer = buyer,
        Deadline = 901_000,
        Size = 2,
        Price = 800,
        LifeMs = Day,
        Campaign = 1,
        TermsVersion = 1,
    };

    private static Event Opened(long number, long order, long buyer) => new()
    {
        Kind = EventKind.TeamOpened,
        Via = Operation.OpenTeam,
        At = 1_000,
        Item = Item,
        Order = order,
        Buyer = buyer,
        Team = (number << 10) | (long)Book.PartitionOf(Item),
        Deadline = 1_000 + Day,
        Size = 2,
        Price = 800,
        Quantity = 1,
        Campaign = 1,
        TermsVersion = 1,
    };
}
