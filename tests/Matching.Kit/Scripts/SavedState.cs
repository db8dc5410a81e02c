using Matching.Core;

namespace Matching.Kit;

/// <summary>A saved state held in memory, section by section.</summary>
public sealed class SavedState
{
    private readonly SortedDictionary<int, byte[]> _sections = [];

    /// <summary>The sections, by number.</summary>
    public IReadOnlyDictionary<int, byte[]> Sections => _sections;

    /// <summary>Keeps what is saved.</summary>
    public static SavedState Of(Action<SectionSink> save)
    {
        var state = new SavedState();
        save((section, bytes) => state._sections.Add(section, bytes.ToArray()));
        return state;
    }

    /// <summary>Brings it back in books of any number, which leave what closed to the order ledger if so told.</summary>
    public Books Load(BookOptions options, Core.Campaigns.ControlOptions control, int count, bool evicting = false)
    {
        var books = new Books(options, control, count);
        foreach (Book book in evicting ? books.All : [])
        {
            book.KeepOnlyOpen(1);
        }

        books.LoadHead(_sections[StateSections.Head], _sections[StateSections.Control]);
        ForEach((section, bytes) =>
        {
            if (Books.IsOfPartition(section))
            {
                books.Load(section, bytes);
            }
        });
        return books;
    }

    /// <summary>Every section, by number.</summary>
    public void ForEach(SectionSink take)
    {
        foreach ((int section, byte[] bytes) in _sections)
        {
            take(section, bytes);
        }
    }

    /// <summary>Whether two states are saved as the same bytes.</summary>
    public bool Same(SavedState other) =>
        _sections.Keys.SequenceEqual(other._sections.Keys)
            && _sections.All(entry => entry.Value.AsSpan().SequenceEqual(other._sections[entry.Key]));

    /// <summary>The same but for the filters, whose bytes depend on the way to the state.</summary>
    public bool SameRows(SavedState other) => WithoutFilters().Same(other.WithoutFilters());

    private SavedState WithoutFilters()
    {
        var rows = new SavedState();
        foreach ((int section, byte[] bytes) in _sections.Where(entry => StateSections.FilterPartition(entry.Key) < 0))
        {
            rows._sections.Add(section, bytes);
        }

        return rows;
    }
}
