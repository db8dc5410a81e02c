namespace Matching.Core.Campaigns;

/// <content>
/// Saving and loading the whole book: one section of numbers of 8 bytes, little-endian, in a fixed order. Tables stand in the order of
/// their keys, lists in their own, so equal histories give equal bytes. Indexes are not written but made anew.
/// </content>
public sealed partial class ControlBook
{
    /// <summary>
    /// Gives the section to the sink; between events only, when nothing touched waits to be handed over. Changes nothing.
    /// </summary>
    public void Save(SectionSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var to = new StateWriter();
        to.Put(StateLayout.OfControl(_campaigns.HasRegistered), Now);
        _campaigns.Save(to);
        _promotions.Save(to);
        _chats.Save(to);
        _venues.Save(to);
        _prices.Save(to);
        _requests.Save(to);
        if (_campaigns.HasRegistered)
        {
            _campaigns.SaveRegistered(to);
        }

        sink(StateSections.Control, to.Written);
    }

    /// <summary>Loads a saved section into an empty book.</summary>
    /// <exception cref="FormatException">It is of a newer layout, or is no such section.</exception>
    public void Load(ReadOnlySpan<byte> section)
    {
        var from = new StateReader(section);
        int layout = from.TakeInt();
        StateLayout.Check(layout);
        Now = from.Take();
        _campaigns.Load(ref from);
        _promotions.Load(ref from);
        _chats.Load(ref from);
        _venues.Load(ref from);
        _prices.Load(ref from);
        _requests.Load(ref from);
        if (StateLayout.HasRegistered(layout))
        {
            _campaigns.LoadRegistered(ref from);
        }

        from.End();
    }
}
