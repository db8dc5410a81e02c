using System.Runtime.CompilerServices;
using Matching.Core.Tables;
using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// The rules of all items of one shard: a pure, deterministic state machine. Commands are decided into events; events alone
/// change the state, through <see cref="Apply"/>, in recovery as in service. No I/O, no clock; one thread at a time.
/// </summary>
/// <remarks>
/// Everything that must be decided at once lies with one item. Every decision and read of an item first acts on that item's
/// overdue holds and teams (R36), so the wheel, which only finds items with something due, changes no outcome. The wheel
/// holds items, not teams: a hot item forms thousands of teams a second and is rescheduled only when its earliest due time
/// moves forward; a stale, too early entry costs one look a day.
/// </remarks>
public sealed partial class Book
{
    private readonly Rows<ItemRow> _items = new();
    private readonly Rows<TeamRow> _teams = new();
    private readonly Rows<OrderRow> _orders = new();
    private readonly Rows<HoldRow> _holds = new();
    private readonly RefundTable _refunds;
    private readonly Rows<MerchantRow> _merchantsOfItems = new();
    private readonly SlotIndex _itemIndex = new();
    private readonly SlotIndex _orderIndex = new();

    // (item, buyer) → order, of items with too many seats to scan (R31).
    private readonly SlotIndex _seatIndex = new();
    private readonly TeamDirectory _directory = new();
    private readonly TermsTable _terms = new();
    private readonly OfferedTerms _defaultTerms;
    private readonly OfferedTerms _namedTerms = new(default);
    private readonly PaymentTexts _payments = new();
    private readonly TimingWheel<ItemWheelRows> _wheel;

    private Counts _counts;

    /// <summary>Makes an empty book.</summary>
    /// <param name="options">The terms and limits it decides by.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public Book(BookOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _defaultTerms = new OfferedTerms(new FrozenTerms(options.TeamSize, 0, options.TeamLifeMs, options.Rescue, 0, 0));
        _wheel = new TimingWheel<ItemWheelRows>(new ItemWheelRows(_items));
        _refunds = new RefundTable(_payments, _orders, _items);
    }

    /// <summary>
    /// Takes memory from the system for so many orders in all, of teams of two, so that none of them waits for any: a virtual machine whose
    /// host has to find it first lends a page of 2 MB in 6 to 12 ms. Once, into an empty book; what comes beyond is taken as it is wanted.
    /// </summary>
    /// <param name="orders">From 0.</param>
    public void TakeMemory(int orders)
    {
        _orders.TakeMemory(orders);
        _teams.TakeMemory(orders / 2);
        _directory.TakeMemory(orders / 2);
        _orderIndex.TakeMemory(orders);
    }

    /// <summary>The terms and limits it decides by.</summary>
    public BookOptions Options { get; }

    /// <summary>Where new events go; the owner may exchange it between calls.</summary>
    public EventBuffer Events { get; set; } = new();

    /// <summary>The latest time the book has seen, in ms since 1970; never goes back (R43).</summary>
    public long Now { get; private set; }

    /// <summary>The highest order id ever seen; 0 at first.</summary>
    public long HighestOrder { get; private set; }

    /// <summary>
    /// Nothing is due before this, in ms since 1970 (it may be earlier than the first due time); long.MaxValue when nothing is.
    /// </summary>
    public long NextDue => _wheel.NextDue;

    /// <summary>By how many ms the latest team to be expired or merged was acted on behind its deadline (R36).</summary>
    public long ExpiryLagMs { get; private set; }

    /// <summary>The partition of an item: 0 … 1,023. A team's id carries that of its item in its low 10 bits.</summary>
    public static int PartitionOf(long item) => (int)((ulong)(item * -7046029254386353131L) >> 54);

    /// <summary>Decides one command at max(Now, its own time or the clock's), after acting on the item's overdue teams (R36).</summary>
    /// <param name="command">Checked by the caller: see <see cref="Command"/>.</param>
    /// <param name="clockNow">The clock, in ms since 1970.</param>
    /// <param name="answer">What came of it. Its events are in <see cref="Events"/>.</param>
    /// <exception cref="InvariantException">Something evicted would be needed: a book that evicts is asked by
    /// <see cref="TryExecute"/>.</exception>
    public void Execute(in Command command, long clockNow, out Answer answer)
    {
        Away away = TryExecute(command, clockNow, Absent.Nothing, out answer);
        Invariant(away == Away.Nothing, "a command needs what was evicted, and its owner does not look for it");
    }

    /// <summary>
    /// As <see cref="Execute"/>, in a book that evicts. Where something evicted is needed it says so and decides nothing: the
    /// caller looks it up, recalls it, or says that it is absent, and asks again.
    /// </summary>
    /// <param name="command">Checked by the caller.</param>
    /// <param name="clockNow">The clock, in ms since 1970.</param>
    /// <param name="absent">What the ledger was found not to have.</param>
    /// <param name="answer">What came of it, where nothing is away.</param>
    /// <returns>What is away.</returns>
    public Away TryExecute(in Command command, long clockNow, Absent absent, out Answer answer)
    {
        Now = Math.Max(Now, command.At != 0 ? command.At : clockNow);
        Events.MarkBoundary();
        answer = default;
        answer.Item = command.Item;
        answer.Order = command.Order;
        answer.Now = Now;
        ref ItemRow its = ref FindItem(command, out int item);
        int order = 0;
        if (item != 0)
        {
            ActOnOverdue(ref its, item);
            order = FindOrder(item, command.Order, _orderHash);
            if (_evicted is not null && AwayFor(command, item, ref order, absent) is var away && away != Away.Nothing)
            {
                return away;
            }
        }

        Decide(command, ref its, item, order, ref answer);
        return Away.Nothing;
    }

    private void Decide(in Command command, ref ItemRow its, int item, int order, ref Answer answer)
    {
        switch (command.Operation)
        {
            case Operation.QuickJoin:
                QuickJoin(command, ref its, item, order, ref answer);
                break;
            case Operation.OpenTeam:
                OpenTeam(command, ref its, item, order, ref answer);
                break;
            case Operation.JoinTeam:
                JoinTeam(command, ref its, item, order, ref answer);
                break;
            case Operation.Hold:
                Hold(command, item, order, ref answer);
                break;
            case Operation.Pay:
                Pay(command, item, order, ref answer);
                break;
            case Operation.SoloBuy:
                SoloBuy(command, item, order, ref answer);
                break;
            default:
                ExecuteOnOrder(command, item, order, ref answer);
                break;
        }
    }

    /// <summary>Moves time to <paramref name="now"/> and acts on items that have something overdue, in bounded work.</summary>
    /// <param name="now">Ms since 1970; an earlier time than <see cref="Now"/> counts as that.</param>
    /// <param name="steps">Items looked at, at most.</param>
    /// <returns>True when nothing overdue is left.</returns>
    public bool Sweep(long now, int steps)
    {
        Now = Math.Max(Now, now);
        while (_wheel.TryTakeDue(Now, ref steps, out int item))
        {
            ActOnOverdueNow(item);
            Reschedule(item);
        }

        return steps > 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Emit(in Event e, int item, int team, int order)
    {
        Events.Append(e);
        Change(e, item, team, order);
    }

    private static void Invariant(bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvariantException(rule);
        }
    }
}
