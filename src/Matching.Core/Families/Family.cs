using Matching.Core.Families;

namespace Matching.Core;

/// <summary>
/// A closed family as its record tells it. A record names all that is in it first: its kind (1 for a family, 2 for the place of one), the
/// version of its layout (3, or 4 where some order has details, a tier or a merchant), the item, the hash of its rows, and the ids of its
/// teams and orders. In a ledger it lies under the key of its team, or of its order where it has no team; the other orders and the
/// absorbed team have records there that name that team.
/// </summary>
public sealed class Family
{
    internal const int Whole = 1;
    internal const int Elsewhere = 2;
    internal const int Version = 3;
    internal const int VersionWithDetails = 4;

    private Family(byte[] record, long item, ulong hash, FamilyTeam[] teams, FamilyOrder[] orders)
    {
        Record = record;
        Item = item;
        Hash = hash;
        Teams = teams;
        Orders = orders;
    }

    /// <summary>Its item.</summary>
    public long Item { get; }

    /// <summary>The record it was read from.</summary>
    internal byte[] Record { get; }

    /// <summary>What its rows hashed to.</summary>
    internal ulong Hash { get; }

    /// <summary>The team, then the one it absorbed; none for an order alone.</summary>
    internal FamilyTeam[] Teams { get; }

    /// <summary>Members by time of joining, or the one order.</summary>
    internal FamilyOrder[] Orders { get; }

    /// <summary>Ids of its orders.</summary>
    public IEnumerable<long> OrderIds => Orders.Select(order => order.Id);

    /// <summary>The key of an order's record.</summary>
    public static (long First, long Second) KeyOfOrder(long item, long order) => (item, order);

    /// <summary>The key of a team's record.</summary>
    public static (long First, long Second) KeyOfTeam(long item, long team) => (~item, team);

    /// <summary>The keys that a family is found by; its own is the first.</summary>
    /// <exception cref="FormatException">It is no record of this version.</exception>
    public static (long First, long Second)[] KeysIn(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        (_, long item, _) = ReadHead(ref from);
        int teams = from.GetInt();
        var keys = new (long First, long Second)[teams + from.GetInt()];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = i < teams ? KeyOfTeam(item, from.Get()) : KeyOfOrder(item, from.Get());
        }

        return keys;
    }

    /// <summary>What a ledger keeps of a family's record: itself under its own key, and where it lies under its others.</summary>
    /// <exception cref="FormatException">It is no record of this version.</exception>
    public static void Spread(ReadOnlySpan<byte> record, FamilySink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        (long First, long Second)[] keys = KeysIn(record);
        sink(keys[0].First, keys[0].Second, record);
        if (keys.Length > 1)
        {
            var place = new RecordWriter();
            place.Put(Elsewhere);
            place.Put(Version);
            place.Put(keys[0].Second);
            foreach ((long first, long second) in keys.AsSpan(1))
            {
                sink(first, second, place.Written);
            }
        }
    }

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
    public static Family Read(byte[] record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var from = new RecordReader(record);
        (long version, long item, ulong hash) = ReadHead(ref from);
        var teams = new FamilyTeam[from.GetInt()];
        var orders = new FamilyOrder[from.GetInt()];
        long[] ids = new long[teams.Length + orders.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = from.Get();
        }

        for (int i = 0; i < teams.Length; i++)
        {
            teams[i] = FamilyTeam.Read(ref from, ids[i]);
        }

        for (int i = 0; i < orders.Length; i++)
        {
            orders[i] = FamilyOrder.Read(ref from, ids[teams.Length + i], version);
        }

        return from.AtEnd ? new Family(record, item, hash, teams, orders) : throw Damaged();
    }

    /// <summary>What a record's rows hashed to.</summary>
    internal static ulong HashIn(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        return ReadHead(ref from).Hash;
    }

    /// <summary>A record's item.</summary>
    internal static long ItemIn(ReadOnlySpan<byte> record)
    {
        var from = new RecordReader(record);
        return ReadHead(ref from).Item;
    }

    /// <summary>What an event says of a record: its team, or its order where it has none; 0 for the other.</summary>
    internal static (long Team, long Order) NamedIn(ReadOnlySpan<byte> record)
    {
        (long first, long id) = KeysIn(record)[0];
        return first < 0 ? (id, 0) : (0, id);
    }

    private static (long Version, long Item, ulong Hash) ReadHead(ref RecordReader from)
    {
        if (from.Get() != Whole)
        {
            throw Damaged();
        }

        long version = from.Get();
        CheckVersion(version);
        return (version, from.Get(), from.GetHash());
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

    internal static FormatException Damaged() => new("the record of a closed team is not one of this version");

    private static void CheckVersion(long version)
    {
        if (version is not (Version or VersionWithDetails))
        {
            throw new FormatException(
                $"the record of a closed team has version {version}; this program reads version {VersionWithDetails}");
        }
    }
}
