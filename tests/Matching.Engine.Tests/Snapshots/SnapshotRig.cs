using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Disks;
using Matching.Kit.Engine;

namespace Matching.Engine.Tests.Snapshots;

/// <summary>An engine on one thread over a simulated disk, and commands of every kind for it.</summary>
internal sealed class SnapshotRig
{
    public const string Directory = "/data";
    private readonly RandomCommands _commands = new(5, SteppedEngine.Start);

    public SnapshotRig(FaultyDisk? disk = null) => Disk = disk ?? new FaultyDisk(1);

    public FaultyDisk Disk { get; }

    /// <summary>Answers given so far, by command.</summary>
    public List<(Command Command, Answer Answer)> Answered { get; } = [];

    /// <summary>What operators were told.</summary>
    public List<string> Warnings { get; } = [];

    public SteppedEngine Open(int shards = 1, Func<MatchingOptions, MatchingOptions>? with = null, int seed = 1) => SteppedEngine.Open(
        shards: shards,
        seed: seed,
        with: options =>
        {
            options = options with
            {
                Journal = null,
                DataDirectory = Directory,
                Disk = Disk,
                ManualClock = true,
                SegmentBytes = 1 << 20,
                SnapshotBytes = 0,
                Warned = Warnings.Add,
            };
            return with?.Invoke(options) ?? options;
        });

    /// <summary>Lets so many commands be answered. Those that cannot be are left out.</summary>
    public void Play(SteppedEngine rig, int count)
    {
        Command[] commands = _commands.Take(count);
        Pending<Answer>[] sent = [.. commands.Select(command => new Pending<Answer>(rig.Engine.ExecuteAsync(command)))];
        rig.Loops.RunUntilIdle();
        for (int i = 0; i < sent.Length; i++)
        {
            if (sent[i].IsOver && sent[i].Value.Outcome is not (Outcome.Unavailable or Outcome.Busy))
            {
                Answered.Add((commands[i], sent[i].Value));
            }
        }
    }

    /// <summary>Campaigns, a sale and a venue, so that there is something of everything.</summary>
    public static void Publish(SteppedEngine rig)
    {
        long now = SteppedEngine.Start;
        ControlCommand[] commands =
        [
            new() { Operation = ControlOperation.SetMerchant, Request = 1, Merchant = 7,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed | PrivateTraffic.ChatGroup) },
            Campaign(2, 3, now),
            Campaign(3, 4, now),
            new() { Operation = ControlOperation.SetPromotion, Request = 4, Item = 4,
                Promotion = new Promotion(1, PromotionKind.FlashSale, now + 5_000_000, now + 6_000_000) },
            new() { Operation = ControlOperation.PublishToChat, Request = 5, Chat = 1, Campaign = 1 },
        ];
        foreach (ControlCommand command in commands)
        {
            Task<ControlAnswer> answer = rig.Engine.ControlAsync(command);
            rig.Loops.RunUntilIdle();
            Assert.True(answer.Result.Ok, answer.Result.Reason);
        }
    }

    /// <summary>Everything a reader can see: the hash, the counts, and every list.</summary>
    public static string Everything(SteppedEngine rig)
    {
        // Shards on a manual clock stand at the last time each was told: what is overdue by the latest is acted on first (R36).
        rig.Run(rig.Engine.AdvanceAsync(rig.Engine.Now));

        List<string> lines = [$"{rig.Hash():x16}", $"{rig.Run(rig.Engine.CountAsync())}"];
        foreach (long id in Enumerable.Range(1, 40).Select(RandomCommands.BuyerOf))
        {
            lines.Add($"buyer {id}: " + string.Join(' ', rig.Run(rig.Engine.OrdersOfAsync(id, 1_000))));
        }

        foreach (long item in Enumerable.Range(1, 6).Select(RandomCommands.ItemOf))
        {
            lines.Add($"item {item}: " + string.Join(' ', rig.Run(rig.Engine.OrdersToShipAsync(item, 1_000))));
            lines.Add($"item {item}: " + string.Join(' ', rig.Run(rig.Engine.RefundRequestsAsync(item, 1_000))));
        }

        return string.Join('\n', lines);
    }

    private static ControlCommand Campaign(long request, long item, long now) => new()
    {
        Operation = ControlOperation.PublishCampaign,
        Request = request,
        Merchant = 7,
        Item = item,
        Category = "toys",
        Terms = new CampaignTerms
        {
            EndMs = now + 10_000_000,
            TeamSize = 2,
            SoloPriceFen = 900,
            GroupPriceFen = 800,
            QuotaSeats = 50,
            PerBuyerPieces = 3
        },
    };
}
