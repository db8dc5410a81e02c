using Matching.Core.Campaigns;
using Matching.Core.Tests.Campaigns;
using Matching.Kit;

namespace Matching.Core.Tests.State;

/// <summary>What may be planted between saving and loading, to see the comparison fail.</summary>
public enum StateFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>One partition is not loaded.</summary>
    LostPartition,

    /// <summary>The section of campaigns is that of an empty book.</summary>
    LostCampaigns,

    /// <summary>The events go on one event too late.</summary>
    SkippedEvent,
}

/// <summary>
/// Programs of commands about items and campaigns. One state lives through the whole program; another is saved at a point in the middle,
/// loaded into books of another number and brought up to the end by the rest of the events. Both must be the same, and go on alike.
/// </summary>
internal sealed class StatePrograms
{
    private const int Items = 4;
    private readonly BookOptions _options = new() { TeamLifeMs = 400, HoldMs = 60 };
    private readonly Books _live;
    private readonly List<Journaled> _journal = [];
    private int _published;
    private long _lastItem = 1;
    private long _nowMs = 1_000;
    private long _orders;

    private StatePrograms() => _live = new Books(_options, ControlPrograms.Options);

    /// <summary>Plays a program; throws where the two states differ.</summary>
    public static void Play(int[] steps, StateFault fault = StateFault.None)
    {
        var program = new StatePrograms();
        foreach (int step in steps)
        {
            program.Do(new Dice(step), program._live);
        }

        program.Compare(new Dice(steps.Length), fault);
    }

    private void Compare(Dice dice, StateFault fault)
    {
        int at = dice.Below(_journal.Count + 1);
        Books one = Replay(new Books(_options, ControlPrograms.Options, 1), 0, at);
        Books four = Replay(new Books(_options, ControlPrograms.Options, 4), 0, at);
        SavedState saved = SavedState.Of(one.Save);
        Require(saved.Same(SavedState.Of(four.Save)), "one book and four save other bytes");
        foreach (int books in (ReadOnlySpan<int>)[1, 3, 4])
        {
            Books loaded = Load(saved, books, fault);
            Require(loaded.StateHash() == one.StateHash(), "state after loading");
            Require(saved.Same(SavedState.Of(loaded.Save)), "a loaded state saves other bytes");
            Replay(loaded, at + (fault == StateFault.SkippedEvent ? 1 : 0), _journal.Count);
            Require(loaded.StateHash() == _live.StateHash(), "state at the end");
            loaded.Validate();
            CompareCounts(loaded);
        }

        GoOn(Replay(Load(saved, 1, StateFault.None), at, _journal.Count), dice);
    }

    private Books Load(SavedState saved, int books, StateFault fault)
    {
        int lost = fault == StateFault.LostPartition ? saved.Sections.Keys.First() : -1;
        var loaded = new Books(_options, ControlPrograms.Options, books);
        byte[] control = saved.Sections[StateSections.Control];
        if (fault == StateFault.LostCampaigns)
        {
            control = SavedState.Of(new ControlBook(ControlPrograms.Options).Save).Sections[StateSections.Control];
        }

        loaded.LoadHead(saved.Sections[StateSections.Head], control);
        foreach ((int section, byte[] bytes) in saved.Sections.Where(entry => entry.Key < BookOptions.Partitions && entry.Key != lost))
        {
            loaded.Load(section, bytes);
        }

        return loaded;
    }

    private Books Replay(Books books, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            if (_journal[i].Control is { } control)
            {
                books.Apply(control);
            }
            else
            {
                books.Apply(_journal[i].Item);
            }
        }

        return books;
    }

    /// <summary>The same commands to both, and the same answers and events from both.</summary>
    private void GoOn(Books loaded, Dice dice)
    {
        for (int i = 0; i < 40; i++)
        {
            int step = dice.Below(int.MaxValue);
            (int before, int published, long lastItem, long nowMs, long orders) = (_journal.Count, _published, _lastItem, _nowMs, _orders);
            string live = Do(new Dice(step), _live);
            List<Journaled> told = _journal[before..];
            _journal.RemoveRange(before, _journal.Count - before);
            (_published, _lastItem, _nowMs, _orders) = (published, lastItem, nowMs, orders);
            string other = Do(new Dice(step), loaded);
            Require(string.Equals(live, other, StringComparison.Ordinal), $"answers: {live} and {other}");
            Require(told.SequenceEqual(_journal[before..]), $"events of {live}");
        }

        Require(loaded.StateHash() == _live.StateHash(), "state after going on");
        loaded.Validate();
    }

    private void CompareCounts(Books loaded)
    {
        Require(Sum(loaded, book => book.CountAll()) == Sum(_live, book => book.CountAll()), "counts of all");
        for (long id = 1; id <= 8; id++)
        {
            Require(Sum(loaded, book => book.CountCampaign(id)) == Sum(_live, book => book.CountCampaign(id)), $"counts of campaign {id}");
            long merchant = Ids.Of(id, 3);
            Require(Sum(loaded, book => book.CountMerchant(merchant)) == Sum(_live, book => book.CountMerchant(merchant)),
                $"counts of merchant {merchant}");
            SourceCount sources = default;
            foreach (Book book in loaded.All)
            {
                sources.Add(book.CountSource(id, Source.LiveRoom));
            }

            SourceCount live = _live.All[0].CountSource(id, Source.LiveRoom);
            Require(
                (sources.Opens, sources.Joins, sources.FormedOrders, sources.FormedFen, sources.NewBuyerJoins)
                    == (live.Opens, live.Joins, live.FormedOrders, live.FormedFen, live.NewBuyerJoins),
                $"sources of campaign {id}");
        }
    }

    private static Counts Sum(Books books, Func<Book, Counts?> counts)
    {
        Counts sum = default;
        foreach (Book book in books.All)
        {
            sum.Add(counts(book).GetValueOrDefault());
        }

        return sum;
    }

    private string Do(Dice dice, Books books)
    {
        _nowMs += dice.Pick(0, 0, 1, 7, 20, 61, 150);
        if (dice.Chance(4))
        {
            ControlCommand command = ControlPrograms.Any(dice, _nowMs, _published, _lastItem);
            ControlAnswer answer = books.Control.Execute(command, _nowMs);
            if (answer is { Outcome: ControlOutcome.Published, Repeated: false })
            {
                (_published, _lastItem) = (_published + 1, command.Item);
            }

            Take(books);
            return $"{command.Operation}: {answer}";
        }

        Command item = AnyOf(dice);
        books.Control.Sweep(_nowMs);
        Take(books);
        books.All[0].Execute(item, _nowMs, out Answer said);
        Take(books.All[0]);
        return $"{item.Operation} {item.Order}: {said.Outcome} {said.Team} {said.SeatsLeft} {said.Deadline} {said.Suggest} {said.Repeated}";
    }

    // What a control loop does: journal, then hand over.
    private void Take(Books books)
    {
        foreach (ControlEvent e in books.Control.Events)
        {
            _journal.Add(new Journaled(default, e));
        }

        books.Control.Events.Clear();
        IReadOnlyList<ItemSchedule> schedules = books.Control.TakeTouched(out BigDayCalendar? calendar);
        foreach (ItemSchedule schedule in schedules)
        {
            books.All[0].SetSchedule(schedule);
        }

        if (calendar is not null)
        {
            books.All[0].SetCalendar(calendar);
        }
    }

    private void Take(Book book)
    {
        EventLog.ForEach(book.Events.Written, e => _journal.Add(new Journaled(e, null)));
        book.Events.Clear();
    }

    private Command AnyOf(Dice dice)
    {
        Command command = AnyOf(dice, _orders);
        _orders += command.Order == Ids.Of(_orders + 1, 10) ? 1 : 0;
        return command;
    }

    /// <summary>Any command, about one of so many orders or a new one.</summary>
    public static Command AnyOf(Dice dice, long orders)
    {
        var operation = (Operation)(1 + dice.Below(13));
        operation = dice.Chance(2) ? dice.Pick(Operation.QuickJoin, Operation.QuickJoin, Operation.Hold, Operation.OpenTeam, Operation.Pay)
            : operation;
        long item = Ids.Of(1 + dice.Below(Items), Items);
        var command = new Command
        {
            Operation = operation,
            Item = item,
            Buyer = Ids.Of(1 + dice.Below(12), 12),
            Order = Ids.Of(OptionalFields.IsMaker(operation) && !dice.Chance(8) ? orders + 1 : 1 + dice.Below((int)orders + 1), 10),
            Team = operation is Operation.JoinTeam
                || (operation is Operation.Hold && dice.Chance(2)) ? ((1L + dice.Below(4)) << 10) | (uint)Book.PartitionOf(item) : 0,
            Quantity = 1,
            Amount = dice.Below(900),
        };
        return OptionalFields.Give(command, dice.Below);
    }

    private readonly record struct Journaled(Event Item, ControlEvent? Control)
    {
        /// <summary>By what would be written.</summary>
        public bool Equals(Journaled other) => BytesOf(this).AsSpan().SequenceEqual(BytesOf(other));

        public override int GetHashCode() => Item.Kind.GetHashCode();

        private static byte[] BytesOf(in Journaled journaled)
        {
            if (journaled.Control is { } control)
            {
                return ControlCodec.Encode(control);
            }

            var buffer = new EventBuffer();
            buffer.Append(journaled.Item);
            return buffer.Written.ToArray();
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new DisagreementException($"differs: {what}");
        }
    }
}
