using Matching.Core.Campaigns;

namespace Matching.Core;

/// <content>Saving and loading. The merchant's counts are the sum of his campaigns' and are not written.</content>
internal sealed partial class CampaignState
{
    public void Save(StateWriter to)
    {
        to.Put(Id, Latest!.Merchant, OrdersSeated, Latest.Version);
        CountsState.Save(Counts, to);
        CampaignTerms[] versions = [.. _versions.OfType<CampaignTerms>()];
        to.Put(versions.Length);
        foreach (CampaignTerms terms in versions)
        {
            TermsState.Save(terms, to);
        }

        to.Put(_sources.Length);
        foreach (SourceCount source in _sources)
        {
            to.Put(source.Opens, source.Joins, source.FormedOrders, unchecked((long)(ulong)source.FormedFen), source.NewBuyerJoins);
        }

        to.Put(_piecesOf is null ? 0 : 1);
        SavePieces(_piecesOf ?? [], to);
    }

    /// <summary>Channels whose sum of money has more than the 64 bits that <see cref="Save"/> writes.</summary>
    public int WideSums => _sources.Count(source => source.FormedFen > ulong.MaxValue);

    /// <summary>The upper halves of these sums: the channel and what stands above its 64 bits.</summary>
    public void SaveWideSums(StateWriter to)
    {
        to.Put(WideSums);
        for (int source = 0; source < _sources.Length; source++)
        {
            if (_sources[source].FormedFen > ulong.MaxValue)
            {
                to.Put(source, (long)(_sources[source].FormedFen >> 64));
            }
        }
    }

    /// <summary>Loads what <see cref="SaveWideSums"/> wrote.</summary>
    public void LoadWideSums(ref StateReader from)
    {
        for (int sums = from.TakeInt(); sums > 0; sums--)
        {
            int source = from.TakeInt();
            From(source < _sources.Length ? (Source)source : throw StateReader.Damaged()).FormedFen += (Int128)from.Take() << 64;
        }
    }

    /// <summary>What evicted orders take and count, within what <see cref="Save"/> writes.</summary>
    public void SaveEvicted(StateWriter to)
    {
        to.Put(EvictedSeats);
        CountsState.Save(EvictedCounts, to);
        SavePieces(_evictedPiecesOf, to);
    }

    /// <summary>Loads what follows the ids. What is taken of the quota is not in it: it follows from the rows.</summary>
    public void Load(ref StateReader from)
    {
        OrdersSeated = from.Take();
        int latest = from.TakeInt();
        Counts = CountsState.Load(ref from);
        for (int versions = from.TakeInt(); versions > 0; versions--)
        {
            Set(TermsState.Load(ref from));
        }

        Set(this[latest] ?? throw StateReader.Damaged());
        for (int source = 0, sources = from.TakeInt(); source < sources; source++)
        {
            SourceCount count = new()
            {
                Opens = from.Take(),
                Joins = from.Take(),
                FormedOrders = from.Take(),
                FormedFen = (ulong)from.Take(),
                NewBuyerJoins = from.Take(),
            };
            From((Source)source) = count;
        }

        bool counted = from.Take() != 0;
        Dictionary<long, int> pieces = LoadPieces(ref from);
        _piecesOf = counted ? pieces : null;
    }

    /// <summary>Loads what <see cref="SaveEvicted"/> wrote.</summary>
    public void LoadEvicted(ref StateReader from)
    {
        EvictedSeats = from.Take();
        SeatsTaken += EvictedSeats;
        EvictedCounts = CountsState.Load(ref from);
        _evictedPiecesOf = LoadPieces(ref from);
    }

    // An order that came back takes its pieces with it: what is left of a buyer may be none.
    private static void SavePieces(Dictionary<long, int> piecesOf, StateWriter to)
    {
        KeyValuePair<long, int>[] sorted = [.. piecesOf.Where(entry => entry.Value != 0).OrderBy(entry => entry.Key)];
        to.Put(sorted.Length);
        foreach ((long buyer, int pieces) in sorted)
        {
            to.Put(buyer, pieces);
        }
    }

    private static Dictionary<long, int> LoadPieces(ref StateReader from)
    {
        Dictionary<long, int> piecesOf = [];
        for (int buyers = from.TakeInt(); buyers > 0; buyers--)
        {
            piecesOf.Add(from.Take(), from.TakeInt());
        }

        return piecesOf;
    }
}
