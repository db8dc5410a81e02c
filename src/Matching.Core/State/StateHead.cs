namespace Matching.Core;

/// <summary>What is one number for the whole state, and how much every partition holds, so that room is made once.</summary>
internal sealed class StateHead
{
    private readonly (int Items, int Orders)[] _sizes = new (int, int)[BookOptions.Partitions];

    public long Now { get; init; }

    public long HighestOrder { get; init; }

    /// <summary>Closed families are not in it.</summary>
    public bool Evicts { get; init; }

    /// <summary>
    /// Each closed family is journaled with its record. States of before left them to an order ledger that only the program of then kept.
    /// </summary>
    public bool Journaled { get; private init; } = true;

    public void Note(int partition, (int Items, int Orders) sizes) => _sizes[partition] = sizes;

    /// <summary>Items and orders of one of so many books.</summary>
    public (int Items, int Orders) SizesOf(int book, int books)
    {
        (int items, int orders) = (0, 0);
        for (int partition = book; partition < _sizes.Length; partition += books)
        {
            items = checked(items + _sizes[partition].Items);
            orders = checked(orders + _sizes[partition].Orders);
        }

        return (items, orders);
    }

    public void Save(SectionSink sink)
    {
        var to = new StateWriter();
        to.Put(Evicts ? StateLayout.HeadOfEvicting : StateLayout.Of(evicts: false, details: false), BookOptions.Partitions, Now,
            HighestOrder);
        foreach ((int items, int orders) in _sizes)
        {
            to.Put(items, orders);
        }

        sink(StateSections.Head, to.Written);
    }

    public static StateHead Load(ReadOnlySpan<byte> section)
    {
        var from = new StateReader(section);
        int version = from.TakeInt();
        StateLayout.CheckHead(version);
        if (from.TakeInt() != BookOptions.Partitions)
        {
            throw StateReader.Damaged();
        }

        var head = new StateHead
        {
            Now = from.Take(),
            HighestOrder = from.Take(),
            Evicts = StateLayout.Evicts(version),
            Journaled = !StateLayout.Evicts(version) || version == StateLayout.HeadOfEvicting,
        };
        for (int partition = 0; partition < BookOptions.Partitions; partition++)
        {
            head.Note(partition, (from.TakeInt(), from.TakeInt()));
        }

        from.End();
        return head;
    }
}
