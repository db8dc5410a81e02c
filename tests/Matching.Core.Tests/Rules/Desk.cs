using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Rules;

/// <summary>One book at a desk: a clock that is moved by hand, short words for commands, and a full check after each.</summary>
internal sealed class Desk
{
    public const long Item = 7;
    public const long Day = 86_400_000;
    public const long HoldMs = 900_000;

    /// <summary>A campaign of the item, of teams of two.</summary>
    public static readonly CampaignTerms Terms = new()
    {
        Campaign = 5,
        Version = 1,
        Merchant = 9,
        Item = Item,
        Enabled = true,
        EndMs = 100 * Day,
        TeamSize = 2,
        GroupPriceFen = 800,
        SoloPriceFen = 1_000,
    };

    public Desk(int teamSize = 2, bool rescue = true) =>
        Book = new Book(new BookOptions { TeamSize = teamSize, MaxTeamSize = 5, Rescue = rescue });

    public Book Book { get; private set; }

    public long Now { get; set; } = 1_000;

    public Answer Open(long buyer, long order, bool inviteOnly = false, int size = 0, long invite = 0) => Do(new Command
    {
        Operation = Operation.OpenTeam,
        Buyer = buyer,
        Order = order,
        InviteOnly = inviteOnly,
        Invite = invite,
        Size = (ushort)size,
    });

    public Answer Quick(long buyer, long order, long? price = null, long amount = 0) => Do(new Command
    {
        Operation = Operation.QuickJoin,
        Buyer = buyer,
        Order = order,
        Price = price ?? 0,
        PriceNamed = price is not null,
        Amount = amount,
    });

    public Answer Join(long team, long buyer, long order, BuyerStanding standing = BuyerStanding.Unknown, long invite = 0) => Do(new Command
    {
        Operation = Operation.JoinTeam,
        Team = team,
        Invite = invite,
        Buyer = buyer,
        Order = order,
        BuyerFacts = new BuyerFacts(standing, 0),
    });

    public Answer Hold(long buyer, long order, long team = 0, bool openNew = false) =>
        Do(new Command { Operation = Operation.Hold, Buyer = buyer, Order = order, Team = team, OpenNew = openNew });

    public Answer Pay(long order, PaymentId payment = default, long amount = 0) =>
        Do(new Command { Operation = Operation.Pay, Order = order, Payment = payment, Amount = amount });

    public Answer Solo(long buyer, long order) => Do(new Command { Operation = Operation.SoloBuy, Buyer = buyer, Order = order });

    public Answer On(Operation operation, long order, RefundCause cause = RefundCause.None) =>
        Do(new Command { Operation = operation, Order = order, Cause = cause });

    /// <summary>Acknowledges the refund of a key.</summary>
    public Answer Done(long order, string key)
    {
        var command = new Command { Operation = Operation.RefundDone, Item = Item, Order = order };
        RefundKey.Name(ref command, key);
        return Do(command);
    }

    /// <summary>Asks for a refund and grants it.</summary>
    public Answer Leave(long order)
    {
        On(Operation.RequestRefund, order);
        return On(Operation.ApproveRefund, order);
    }

    public Answer Do(Command command)
    {
        command.Item = command.Item == 0 ? Item : command.Item;
        command.Quantity = command.Operation == Operation.Pay ? command.Quantity : Math.Max(1, command.Quantity);
        Book.Execute(command, Now, out Answer answer);
        Book.Validate();
        return answer;
    }

    /// <summary>Puts the item on offer under these terms.</summary>
    public void Give(CampaignTerms terms, params Promotion[] promotions) =>
        Book.SetSchedule(new ItemSchedule(Item, Now, MerchantKind.C2C, terms, [.. promotions]));

    public OrderView Order(long order) => Book.FindOrder(Item, order, Now, out OrderView view) ? view : default;

    public TeamView Team(long team) => Book.FindTeam(Item, team, Now)!;

    public Counts Counts => Book.CountItem(Item, Now);

    public IReadOnlyList<RefundView> Owed
    {
        get
        {
            Book.Sweep(Now, int.MaxValue);
            List<RefundView> refunds = [];
            Book.RefundsOwed(100, refunds);
            return refunds;
        }
    }

    public IReadOnlyList<long> Listed
    {
        get
        {
            List<OpenTeamView> teams = [];
            Book.OpenTeams(Item, Now, 100, teams);
            return [.. teams.Select(team => team.Team)];
        }
    }

    /// <summary>Starts again from the events so far.</summary>
    public void Restart()
    {
        var next = new Book(Book.Options);
        ReadOnlySpan<byte> events = Book.Events.Written;
        while (!events.IsEmpty)
        {
            events = events[EventCodec.Read(events, out Event e)..];
            next.Apply(e);
        }

        next.Events = Book.Events;
        Assert.Equal(Book.StateHash(), next.StateHash());
        Book = next;
    }
}
