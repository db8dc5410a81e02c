using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Kit.Engine;

namespace Matching.Simulation;

/// <summary>
/// What the clients of one story do, turn by turn: commands of every kind, batches, repeats, reads, campaigns, and time that passes.
/// </summary>
internal sealed class Traffic(Random random, int items)
{
    public const int TeamLifeMs = 60_000;
    public const int HoldMs = 10_000;

    /// <summary>Seats of a team of a campaign; teams of no campaign have the terms' own.</summary>
    public const int CampaignTeamSize = 2;

    private static readonly string[] Loops = ["matching journal", "matching lists", "matching shard 0", "matching campaigns",
        "matching segments", "matching subscriptions", "matching snapshots"];

    private readonly RandomCommands _commands = new(random.Next(), 0, items);
    private long _request;
    private long _campaigns;

    /// <summary>One turn: something is asked, some steps are made.</summary>
    public void Turn(Machine machine, Clients clients, Outside outside)
    {
        switch (random.Next(24))
        {
            case < 10:
                clients.Ask(outside.Send(_commands.Next(timed: false)));
                break;
            case < 12:
                clients.AskTogether(_commands.Take(random.Next(2, 7), timed: false));
                break;
            case < 14 when outside.Sents.Count > 0:
                clients.Ask(outside.Sents[^random.Next(1, Math.Min(outside.Sents.Count, 30) + 1)]);
                break;
            case 14:
                clients.Control(NextControl(machine.Time.WallMs, outside));
                break;
            case 15 or 16:
                clients.Read(RandomCommands.ItemOf(1 + random.Next(items)), 1 + random.Next(30));
                break;
            case 17:
                machine.Time.Pass(random.Next(2_000));
                break;
            case 18 when machine.WatchesDisk:
                // The next timer is the one that looks at the disk.
                machine.Time.Pass(random.Next(TeamLifeMs));
                break;
            case 18 when machine.Time.UntilTimerMs < TeamLifeMs * 2:
                machine.Time.Pass(machine.Time.UntilTimerMs);
                break;
            case 19:
                machine.Loops.Stuck.Add(Loops[random.Next(Loops.Length)]);
                machine.Coverage.Add(Happening.LoopHeldUp);
                break;
            case 20:
                machine.Loops.Stuck.Clear();
                break;
            case 21:
                clients.TakeSnapshot();
                break;
            case 22 when machine.WatchesDisk:
                machine.SetRoom(low: random.Next(2) == 0);
                break;
            default:
                GiveBack(clients, outside);
                break;
        }
    }

    /// <summary>
    /// A buyer who sits somewhere wants his money, and the merchant agrees: members leave, leaders too, teams dissolve (R7, R8).
    /// </summary>
    private static void GiveBack(Clients clients, Outside outside)
    {
        Sent? seated = outside.Sents.FindLast(sent => sent.Accepted is { Outcome: Outcome.Opened or Outcome.Joined or Outcome.Formed });
        if (seated is not null)
        {
            foreach (Operation operation in (Operation[])[Operation.RequestRefund, Operation.ApproveRefund])
            {
                clients.Ask(outside.Send(new Command { Operation = operation, Item = seated.Command.Item, Order = seated.Command.Order }));
            }
        }
    }

    /// <summary>One plain QuickJoin of a buyer and order never seen.</summary>
    public static Command NewJoin(long item, long number) =>
        new() { Operation = Operation.QuickJoin, Item = item, Buyer = 1_000 + number, Order = 1_000_000 + number, Quantity = 1 };

    private SentControl NextControl(long nowMs, Outside outside)
    {
        if (outside.Controls.Count > 0 && random.Next(4) == 0)
        {
            return outside.Controls[random.Next(outside.Controls.Count)];
        }

        var command = new ControlCommand { Request = ++_request };
        long item = RandomCommands.ItemOf(1 + random.Next(items));
        command = random.Next(5) switch
        {
            0 => command with
            {
                Operation = ControlOperation.SetMerchant,
                Merchant = 7,
                Facts = new MerchantFacts(MerchantKind.C2C, PrivateTraffic.Feed)
            },
            1 => command with
            {
                Operation = ControlOperation.SetPromotion,
                Item = item,
                Promotion = new Promotion(
                    1 + random.Next(3), PromotionKind.FlashSale, nowMs + random.Next(1_000), nowMs + random.Next(1_000, 9_000)),
            },
            2 when _campaigns > 0 => command with { Operation = ControlOperation.EndCampaign, Campaign = 1 + random.NextInt64(_campaigns) },
            _ => Publish(command, item, nowMs),
        };
        var sent = new SentControl(command);
        outside.Controls.Add(sent);
        return sent;
    }

    private ControlCommand Publish(ControlCommand command, long item, long nowMs)
    {
        _campaigns++;
        return command with
        {
            Operation = ControlOperation.PublishCampaign,
            Merchant = 7,
            Item = item,
            Category = "shoes",
            Terms = new CampaignTerms
            {
                EndMs = nowMs + random.Next(5_000, 200_000),
                TeamSize = CampaignTeamSize,
                GroupPriceFen = 800,
                SoloPriceFen = 1_000,
                QuotaSeats = random.Next(2) == 0 ? 0 : random.Next(1, 9),
            },
        };
    }
}
