using Matching.Audit;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Structures;

namespace Matching.Kit;

/// <summary>
/// The book as a subject: one, or several with the items spread over them by partition, and the control book that hands them
/// what merchants offer. What they journal is kept as the bytes they wrote, and a restart replays them.
/// </summary>
public sealed class BookSubject : ISubject
{
    private const int OfControl = -1;

    private readonly List<(int From, byte[] Block)> _journal = [];
    private readonly EvictionFault _fault;
    private Evictions? _evictions;
    private Book[] _books;
    private ControlBook _control = new(Offers.Limits);
    private readonly Dictionary<long, List<Event>> _events = [];

    /// <summary>Makes empty books.</summary>
    public BookSubject(BookOptions options, int books = 1)
    {
        _books = [.. Enumerable.Range(0, books).Select(_ => new Book(options))];
    }

    /// <summary>Makes empty books from which everything closed is evicted at every step.</summary>
    public static BookSubject Evicting(BookOptions options, int books, EvictionFault fault = EvictionFault.None) =>
        new(options, books, fault);

    private BookSubject(BookOptions options, int books, EvictionFault fault)
    {
        _fault = fault;
        _evictions = new Evictions(fault);
        _books = [.. Enumerable.Range(0, books).Select(_ => Evictions.Make(options))];
    }

    /// <summary>Records of evicted families.</summary>
    public int Evicted => _evictions?.Count ?? 0;

    /// <inheritdoc/>
    public long NextDue => _books.Min(b => b.NextDue);

    /// <inheritdoc/>
    public long HighestOrder => _books.Max(b => b.HighestOrder);

    /// <summary>The hash of the whole state; hashes of several books add up.</summary>
    public ulong StateHash => _books.Aggregate(0UL, (sum, b) => unchecked(sum + b.StateHash()));

    /// <summary>The latest time any of the books has seen.</summary>
    public long Now => _books.Max(b => b.Now);

    /// <inheritdoc/>
    public Answer Execute(Command command, long clock)
    {
        Book book = BookOf(command.Item);
        Answer answer;
        if (_evictions is null)
        {
            book.Execute(command, clock, out answer);
        }
        else
        {
            answer = _evictions.Execute(book, command, clock);
        }

        Journal();
        Validate();
        return answer;
    }

    /// <inheritdoc/>
    public ControlTwin.Said Control(ControlCommand command, long clock)
    {
        ControlAnswer answer = _control.Execute(command, clock);
        JournalControl();
        Validate();
        return new(answer.Outcome, answer.Rule, answer.Ok ? answer.Campaign : 0, answer.Repeated, answer.RetryAt);
    }

    /// <inheritdoc/>
    public bool Sweep(long now, int items)
    {
        bool nothingLeft = true;
        _control.Sweep(now);
        JournalControl();
        foreach (Book book in _books)
        {
            nothingLeft &= book.Sweep(now, items);
        }

        Journal();
        Validate();
        return nothingLeft;
    }

    /// <inheritdoc/>
    public void Restart(BookOptions terms, long now)
    {
        Book[] before = _books;
        ulong controlBefore = _control.StateHash();
        Require(
            _evictions is null
                || Replayed(before.Length, terms, null).Books.Select((b, i) => b.StateHash() == before[i].StateHash()).All(same => same),
            "a replay that evicts nothing gives another state hash");
        (_books, _control) = Replayed(before.Length, terms, _evictions);
        Require(_evictions is null || IsAsEvictedAtOnce(_books, terms),
            "a state that held everything, loaded and evicted at once, gives other records or saves other rows");
        Require(_control.StateHash() == controlBefore, "a replay gives the control book another state hash");
        _control = Reloaded(_control);
        for (int i = 0; i < _books.Length; i++)
        {
            Require(_books[i].StateHash() == before[i].StateHash(), "a replay gives another state hash");
            _books[i] = Reloaded(_books[i], _evictions is null ? new Book(terms) : Evictions.Make(terms), _control);
            Require(_books[i].StateHash() == before[i].StateHash(), "a saved and loaded book has another state hash");
            _books[i].Validate();
            _books[i].Apply(new() { Kind = EventKind.TimeAdvanced, At = now });
            Require(_books[i].Now == now, "time advanced to is not the book's");
        }
    }

    /// <summary>Reads everything that was journaled to an auditor, in order.</summary>
    public AuditedHistory Audited()
    {
        var history = new AuditedHistory(new Auditor());
        foreach ((int from, byte[] block) in _journal)
        {
            if (from == OfControl)
            {
                ControlCodec.Read(block, out ControlEvent e);
                history.Take(e);
            }
            else
            {
                EventLog.ForEach(block, (in e, encoded) => history.Take(e, encoded));
            }
        }

        return history;
    }

    /// <summary>One book made of the journals of all of these, as a start with fewer loops would do.</summary>
    public Book ReplayedAsOne() => Replayed(1, _books[0].Options, null).Books[0];

    /// <summary>
    /// Checks every invariant: after every step, since a link that went stale shows only until its slot has an owner that fits.
    /// </summary>
    public void Validate() => Array.ForEach(_books, b => b.Validate());

    /// <inheritdoc/>
    public IReadOnlyList<Event> EventsOf(long item) => _events.GetValueOrDefault(item, []);

    /// <inheritdoc/>
    public OrderView? FindOrder(long item, long order, long now)
    {
        bool found = BookOf(item).FindOrder(item, order, now, out OrderView view);
        Journal();
        return found ? view : _evictions?.FindOrder(BookOf(item), item, order);
    }

    /// <inheritdoc/>
    public TeamView? FindTeam(long item, long team, long now)
    {
        TeamView? view = BookOf(item).FindTeam(item, team, now);
        Journal();
        return view ?? _evictions?.FindTeam(BookOf(item), item, team);
    }

    /// <inheritdoc/>
    public IReadOnlyList<OpenTeamView> OpenTeams(long item, long now, int take)
    {
        var teams = new List<OpenTeamView>();
        BookOf(item).OpenTeams(item, now, take, teams);
        Journal();
        return teams;
    }

    /// <inheritdoc/>
    public Counts CountItem(long item, long now)
    {
        Counts counts = BookOf(item).CountItem(item, now);
        Journal();
        return counts;
    }

    /// <inheritdoc/>
    public Counts CountAll() => Sum(book => book.CountAll());

    /// <inheritdoc/>
    public Counts? CountCampaign(long campaign) => SumOfKnown(book => book.CountCampaign(campaign));

    /// <inheritdoc/>
    public Counts? CountMerchant(long merchant) => SumOfKnown(book => book.CountMerchant(merchant));

    /// <inheritdoc/>
    public SourceCount CountSource(long campaign, Source source)
    {
        SourceCount all = default;
        foreach (Book book in _books)
        {
            all.Add(book.CountSource(campaign, source));
        }

        return all;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RefundView> RefundsOwed(int take)
    {
        var refunds = new List<RefundView>();
        foreach (Book book in _books)
        {
            book.RefundsOwed(take, refunds);
        }

        return _books.Length == 1 ? refunds : [.. refunds.OrderBy(r => r.Since).Take(take)];
    }

    private Book BookOf(long item) => _books[Book.PartitionOf(item) % _books.Length];

    private Counts Sum(Func<Book, Counts> count)
    {
        Counts sum = default;
        Array.ForEach(_books, book => sum.Add(count(book)));
        return sum;
    }

    private Counts? SumOfKnown(Func<Book, Counts?> count) =>
        Array.Exists(_books, book => count(book) is not null) ? Sum(book => count(book).GetValueOrDefault()) : null;

    private (Book[] Books, ControlBook Control) Replayed(int count, BookOptions options, Evictions? evictions)
    {
        Book[] books = [.. Enumerable.Range(0, count).Select(_ => evictions is null ? new Book(options) : Evictions.Make(options))];
        var control = new ControlBook(Offers.Limits);
        foreach ((int from, byte[] block) in _journal)
        {
            if (from == OfControl)
            {
                ControlCodec.Read(block, out ControlEvent e);
                control.Apply(e);
                HandOver(control, books);
            }
            else
            {
                Book book = books[count == 1 ? 0 : from];
                EventLog.ForEach(block, (in e, encoded) =>
                {
                    if (evictions is not null || e.Kind is not (EventKind.Closed or EventKind.Reopened))
                    {
                        book.Apply(e, encoded);
                    }
                });
            }
        }

        Require(books.All(book => book.Events.Count == 0), "a replay journals events of its own");
        return (books, control);
    }

    private static void HandOver(ControlBook control, Book[] books)
    {
        IReadOnlyList<ItemSchedule> schedules = control.TakeTouched(out BigDayCalendar? calendar);
        foreach (ItemSchedule schedule in schedules)
        {
            books[Book.PartitionOf(schedule.Item) % books.Length].SetSchedule(schedule);
        }

        if (calendar is not null)
        {
            Array.ForEach(books, book => book.SetCalendar(calendar));
        }
    }

    /// <summary>Takes over what the control book has written since, and hands the books what changed for them.</summary>
    private void JournalControl()
    {
        _journal.AddRange(_control.Events.Select(e => (OfControl, ControlCodec.Encode(e))));
        _control.Events.Clear();
        HandOver(_control, _books);
    }

    /// <summary>Takes over what the books have written since.</summary>
    private void Journal()
    {
        for (int i = 0; i < _books.Length; i++)
        {
            if (_evictions is not null)
            {
                Evictions.Evict(_books[i]);
            }

            EventBuffer buffer = _books[i].Events;
            if (buffer.Count == 0)
            {
                continue;
            }

            byte[] block = buffer.Written.ToArray();
            buffer.Clear();
            _journal.Add((i, _evictions?.Take(block) ?? block));
            EventLog.ForEach(block, e =>
            {
                if (e.Kind is not (EventKind.Closed or EventKind.Reopened))
                {
                    _events.TryAdd(e.Item, []);
                    _events[e.Item].Add(e);
                }
            });
        }
    }

    /// <summary>As an engine does that had no ledger before and has a snapshot: the way to a state may not show in it.</summary>
    private bool IsAsEvictedAtOnce(Book[] evicted, BookOptions options)
    {
        var evictions = new Evictions();
        (Book[] books, ControlBook control) = Replayed(evicted.Length, options, null);
        for (int i = 0; i < books.Length; i++)
        {
            Book loaded = Reloaded(books[i], Evictions.Make(options), control);
            Evictions.Evict(loaded);
            evictions.Take(loaded.Events.Written.ToArray());
            if (!SavedState.Of(loaded.Save).SameRows(SavedState.Of(evicted[i].Save)))
            {
                return false;
            }
        }

        return evictions.Within(_evictions!);
    }

    /// <summary>The book as a snapshot brings it back: all that follows is played on that one.</summary>
    private static Book Reloaded(Book saved, Book book, ControlBook control)
    {
        book.Reserve(saved.Now, saved.HighestOrder, 0, 0, control.MerchantOf);
        book.SetCalendar(control.Calendar());
        SavedState sections = SavedState.Of(saved.Save);
        sections.ForEach(book.Load);
        Require(saved.Evicts != book.Evicts || sections.Same(SavedState.Of(book.Save)), "a loaded book saves other bytes");
        return book;
    }

    private static ControlBook Reloaded(ControlBook saved)
    {
        var control = new ControlBook(Offers.Limits);
        SavedState.Of(saved.Save).ForEach((_, bytes) => control.Load(bytes));
        Require(control.StateHash() == saved.StateHash(), "a saved and loaded control book has another state hash");
        control.Validate();
        return control;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvariantException(otherwise);
        }
    }
}
