using Matching.Core.Families;

namespace Matching.Core;

/// <summary>
/// An evicted family as its record tells it. A record begins with its kind, 1 for a family and 2 for the place of one, and the version of
/// its layout, 1, or 2 where some order has details, a tier or a merchant. It lies under the key of its team, or of its order where it has
/// no team; the other orders and the absorbed team have records that name that team.
/// </summary>
public sealed class Family
{
    internal const int Whole = 1;
    internal const int Elsewhere = 2;
    internal const int Version = 1;
    internal const int VersionWithDetails = 2;

    private Family(long item, ulong hash, FamilyTeam[] teams, FamilyOrder[] orders)
    {
        Item = item;
        Hash = hash;
        Teams = teams;
        Orders = orders;
    }

    /// <summary>Its item.</summary>
    public long Item { get; }

    /// <summary>What its rows hashed to.</summary>
    internal ulong Hash { get; }

    /// <summary>The team, then the one it absorbed; none for an order alone.</summary>
    internal FamilyTeam[] Teams { get; }

    /// <summary>Members by time of joining, or the one order.</summary>
    internal FamilyOrder[] Orders { get; }

    /// <summary>The key of an order's record.</summary>
    public static (long First, long Second) KeyOfOrder(long item, long order) => (item, order);

    /// <summary>The key of a team's record.</summary>
    public static (long First, long Second) KeyOfTeam(long item, long team) => (~item, team);

    /// <summary>The team under whose key the family lies; 0 when the record is the family's own.</summary>
    /// <exception cref="FormatException">It is no record of this version.</exception>
    public static long TeamNamed(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        long kind = from.Get();
        CheckVersion(from.Get());
        return kind == Elsewhere ? from.Get() : 0;
    }

    /// <summary>Reads a family's own record.</summary>
    /// <exception cref="FormatException">It is no such record of this version.</exception>
    public static Family Read(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        if (from.Get() != Whole)
        {
            throw Damaged();
        }

        long version = from.Get();
        CheckVersion(version);
        long item = from.Get();
        ulong hash = from.GetHash();
        var teams = new FamilyTeam[from.GetInt()];
        var orders = new FamilyOrder[from.GetInt()];
        for (int i = 0; i < teams.Length; i++)
        {
            teams[i] = FamilyTeam.Read(ref from);
        }

        for (int i = 0; i < orders.Length; i++)
        {
            orders[i] = FamilyOrder.Read(ref from, version);
        }

        return from.AtEnd ? new Family(item, hash, teams, orders) : throw Damaged();
    }

    /// <summary>An order of the family; null when it has none such.</summary>
    public OrderView? FindOrder(long order)
    {
        int i = Array.FindIndex(Orders, o => o.Id == order);
        if (i < 0)
        {
            return null;
        }

        // Members of an absorbed team belong to the survivor (R40).
        FamilyOrder o = Orders[i];
        var money = new OrderMoney(o.Amount, o.CreatedBy);
        Array.ForEach(o.Refunds, refund => money.Add(refund.Cause, refund.Amount, done: true));
        return Book.ViewOf(o.ToRow(), Item, Teams.Length > 0 ? Teams[0].Id : o.Team, o.Hold?.UntilMs ?? 0, o.Merchant, o.Details, money);
    }

    /// <summary>A team of the family; null when it has none such.</summary>
    public TeamView? FindTeam(long team)
    {
        int i = Array.FindIndex(Teams, t => t.Id == team);
        if (i < 0)
        {
            return null;
        }

        FamilyTeam t = Teams[i];
        List<long> members = t.First == 0 ? [] : [.. Orders.Skip(t.First - 1).Select(o => o.Buyer)];
        return new TeamView(
            Item, team, t.State, t.InviteOnly, t.Terms.Size, 0, t.Terms.Price, t.DeadlineMs - t.Terms.LifeMs, t.DeadlineMs, t.ClosedAtMs,
            t.State == TeamState.Merged ? Teams[0].Id : 0, members.Count == 0 ? 0 : members[0], members, t.Terms.Campaign)
        {
            Invite = t.Invite,
        };
    }

    internal static FormatException Damaged() => new("a record of the order ledger is not one of this version");

    private static void CheckVersion(long version)
    {
        if (version is not (Version or VersionWithDetails))
        {
            throw new FormatException(
                $"a record of the order ledger has version {version}; this program reads version {VersionWithDetails}");
        }
    }
}
