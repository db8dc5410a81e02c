using System.Runtime.CompilerServices;
using Matching.Core.Campaigns;
using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// The whole state: the books of all shards and the control book, brought forward by journaled events. Recovery, snapshots and checks go
/// through here, so that there is one way from a journal to a state. One thread at a time, but for <see cref="Load"/>.
/// </summary>
public sealed class Books
{
    private readonly Book[] _books;

    /// <summary>Makes empty books.</summary>
    /// <param name="options">The terms and limits of teams.</param>
    /// <param name="control">The limits of what spans items.</param>
    /// <param name="count">Books the items are spread over; any number gives the same state.</param>
    public Books(BookOptions options, ControlOptions control, int count = 1)
    {
        _books = [.. Enumerable.Range(0, count).Select(_ => new Book(options))];
        Control = new ControlBook(control);
    }

    /// <summary>The books; partitions are dealt out to them in turn.</summary>
    public IReadOnlyList<Book> All => _books;

    /// <summary>What spans items.</summary>
    public ControlBook Control { get; }

    /// <summary>The latest time any of them has seen, in ms since 1970.</summary>
    public long Now => Math.Max(Control.Now, _books.Max(book => book.Now));

    /// <summary>Which of so many books an item belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(long item, int count) => count == 1 ? 0 : (int)((uint)Book.PartitionOf(item) % (uint)count);

    /// <summary>Changes the state by one event of an item, or by one that concerns every item, as <see cref="Book.Apply"/>.</summary>
    public void Apply(in Event e, ReadOnlySpan<byte> encoded = default)
    {
        if (e.Item != 0)
        {
            _books[IndexOf(e.Item, _books.Length)].Apply(e, encoded);
            return;
        }

        foreach (Book book in _books)
        {
            book.Apply(e);
        }
    }

    /// <summary>
    /// Changes the state by one event of campaigns and hands over what it means for items at once, so that the books know each version of
    /// the terms that events behind it name (R34).
    /// </summary>
    public void Apply(ControlEvent e)
    {
        Control.Apply(e);
        IReadOnlyList<ItemSchedule> schedules = Control.TakeTouched(out BigDayCalendar? calendar);
        foreach (ItemSchedule schedule in schedules)
        {
            _books[IndexOf(schedule.Item, _books.Length)].SetSchedule(schedule);
        }

        if (calendar is not null)
        {
            SetCalendar(calendar);
        }
    }

    /// <summary>A hash of the whole state but time; the same for any number of books.</summary>
    public ulong StateHash() => _books.Aggregate(Control.StateHash(), (sum, book) => unchecked(sum + book.StateHash()));

    /// <summary>Checks every invariant.</summary>
    /// <exception cref="InvariantException">One does not hold.</exception>
    public void Validate()
    {
        Control.Validate();
        Array.ForEach(_books, book => book.Validate());
    }

    /// <summary>Gives the whole state to the sink; the head comes last. Equal histories give equal bytes for any number of books.</summary>
    public void Save(SectionSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var head = new StateHead { Now = Now, HighestOrder = _books.Max(book => book.HighestOrder), Evicts = _books[0].Evicts };
        foreach (Book book in _books)
        {
            book.Save((section, bytes) =>
            {
                if (section < BookOptions.Partitions)
                {
                    head.Note(section, Book.SizesOf(bytes));
                }

                sink(section, bytes);
            });
        }

        Control.Save(sink);
        head.Save(sink);
    }

    /// <summary>Begins loading into empty books: the head and the section of campaigns, before any partition.</summary>
    /// <exception cref="FormatException">They are of a newer layout, or are no such sections.</exception>
    public void LoadHead(ReadOnlySpan<byte> head, ReadOnlySpan<byte> control)
    {
        var saved = StateHead.Load(head);
        if (saved.Evicts && !_books[0].Evicts)
        {
            throw new FormatException("the state leaves what closed out, and these books keep everything");
        }

        for (int i = 0; i < _books.Length; i++)
        {
            (int items, int orders) = saved.SizesOf(i, _books.Length);
            _books[i].Reserve(saved.Now, saved.HighestOrder, items, orders, Control.MerchantOf);
        }

        Control.Load(control);
        SetCalendar(Control.Calendar());
    }

    /// <summary>Whether a section is one of a partition, its rows or its filter.</summary>
    public static bool IsOfPartition(int section) => section is < BookOptions.Partitions or >= StateSections.Filters;

    /// <summary>Loads one section of a partition. Those of different books may be loaded on different threads at a time.</summary>
    /// <exception cref="FormatException">It is of a newer layout, or is no such section.</exception>
    /// <exception cref="InvariantException">What it says breaks a rule.</exception>
    public void Load(int section, ReadOnlySpan<byte> bytes) => _books[IndexOfSection(section, _books.Length)].Load(section, bytes);

    /// <summary>Which of so many books a partition's section belongs to.</summary>
    public static int IndexOfSection(int section, int count) => section % BookOptions.Partitions % count;

    private void SetCalendar(BigDayCalendar calendar) => Array.ForEach(_books, book => book.SetCalendar(calendar));
}
