using Matching.Core.Campaigns;

namespace Matching.Core;

/// <content>Saving and loading. The merchant's counts are the sum of his campaigns' and are not written.</content>
internal sealed partial class CampaignState
{
    public void Save(StateWriter to)
    {
        to.Put(Id, Latest!.Merchant, SeatsTaken, Latest.Version);
        to.Put(
            Counts.TeamsOpened, Counts.TeamsFormed, Counts.TeamsExpired, Counts.TeamsDissolved, Counts.TeamsMerged, Counts.TeamsOpen,
            Counts.Waiting, Counts.Formed, Counts.Shipped, Counts.Bought, Counts.RefundOwed, Counts.Refunded, Counts.AfterSale);
        EffectiveTerms[] versions = [.. _versions.OfType<EffectiveTerms>()];
        to.Put(versions.Length);
        foreach (EffectiveTerms terms in versions)
        {
            TermsState.Save(terms, to);
        }

        to.Put(_sources.Length);
        foreach (SourceCount source in _sources)
        {
            to.Put(source.Opens, source.Joins, source.FormedOrders, source.FormedFen, source.NewBuyerJoins);
        }

        to.Put(_piecesOf is null ? 0 : 1, _piecesOf?.Count ?? 0);
        foreach ((long buyer, int pieces) in (_piecesOf ?? []).OrderBy(entry => entry.Key))
        {
            to.Put(buyer, pieces);
        }
    }

    /// <summary>Loads what follows the ids.</summary>
    public void Load(ref StateReader from)
    {
        SeatsTaken = from.Take();
        int latest = from.TakeInt();
        Counts = new Counts
        {
            TeamsOpened = from.Take(),
            TeamsFormed = from.Take(),
            TeamsExpired = from.Take(),
            TeamsDissolved = from.Take(),
            TeamsMerged = from.Take(),
            TeamsOpen = from.Take(),
            Waiting = from.Take(),
            Formed = from.Take(),
            Shipped = from.Take(),
            Bought = from.Take(),
            RefundOwed = from.Take(),
            Refunded = from.Take(),
            AfterSale = from.Take(),
        };
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
                FormedFen = from.Take(),
                NewBuyerJoins = from.Take(),
            };
            From((Source)source) = count;
        }

        _piecesOf = from.Take() == 0 ? null : [];
        for (int buyers = from.TakeInt(); buyers > 0; buyers--)
        {
            _piecesOf!.Add(from.Take(), from.TakeInt());
        }
    }
}
