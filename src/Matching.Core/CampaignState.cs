using System.Runtime.InteropServices;
using Matching.Core.Campaigns;
using Matching.Core.Tables;

namespace Matching.Core;

/// <summary>What an item's shard keeps of one campaign: an object each, since campaigns are few beside orders.</summary>
internal sealed partial class CampaignState(long id)
{
    private readonly List<CampaignTerms?> _versions = [];
    private readonly SourceCount[] _sources = new SourceCount[Enum.GetValues<Source>().Length];

    // Pieces held or paid by each buyer; null until the campaign has a limit a buyer (R42).
    private Dictionary<long, int>? _piecesOf;

    // Pieces of evicted orders by buyer, as long as nobody counts pieces: a limit may come later.
    private Dictionary<long, int> _evictedPiecesOf = [];

    public long Id { get; } = id;

    /// <summary>The newest terms; a quota belongs to the campaign, whatever the team's version.</summary>
    public CampaignTerms? Latest { get; private set; }

    /// <summary>
    /// Seats of its quota that are taken: of open teams and of promises to open all, of formed ones those that did not go back unshipped
    /// (R42).
    /// </summary>
    public long SeatsTaken { get; private set; }

    /// <summary>Orders that hold or paid a seat, until their money goes back unshipped: what states have always said of it.</summary>
    public long OrdersSeated;

    // What a join asks of nearly every campaign, beside the counts it writes anyway: the terms themselves are two or three lines more.
    private int _latestVersion;

    /// <summary>Seats of the newest terms' quota; 0 for none (R42).</summary>
    public long QuotaSeats { get; private set; }

    /// <summary>True while every version is open to all and without limits an order or a buyer: nothing to look up for a join.</summary>
    public bool IsPlain { get; private set; } = true;

    public Counts Counts;

    /// <summary>Slot of the terms its latest team opened under.</summary>
    public int LastTerms;

    /// <summary>True when pieces have to be counted from now on: the caller adds what orders exist.</summary>
    public bool StartsCountingPieces => _piecesOf is null && Latest is { PerBuyerPieces: > 0 };

    public CampaignTerms? this[int version] => version < _versions.Count ? _versions[version] : null;

    public void Set(CampaignTerms terms)
    {
        while (_versions.Count <= terms.Version)
        {
            _versions.Add(null);
        }

        _versions[terms.Version] = terms;
        Latest = terms;
        _latestVersion = terms.Version;
        QuotaSeats = terms.QuotaSeats;
        IsPlain &= terms is { Audience.Kind: AudienceKind.All, PerOrderPieces: 0, PerBuyerPieces: 0 };
    }

    /// <summary>Whether terms of this version were given.</summary>
    public bool Knows(int version) => version == _latestVersion || this[version] is not null;

    public void StartCountingPieces() => _piecesOf = [];

    public int PiecesOf(long buyer) => _piecesOf is null ? 0 : _piecesOf.GetValueOrDefault(buyer);

    public void CountPieces(long buyer, int pieces)
    {
        if (_piecesOf is null)
        {
            return;
        }

        int now = _piecesOf.GetValueOrDefault(buyer) + pieces;
        if (now == 0)
        {
            _piecesOf.Remove(buyer);
        }
        else
        {
            _piecesOf[buyer] = now;
        }
    }

    /// <summary>Seats of evicted orders, within <see cref="SeatsTaken"/>.</summary>
    public long EvictedSeats { get; private set; }

    /// <summary>Orders by state that were evicted, within <see cref="Counts"/>.</summary>
    public Counts EvictedCounts;

    /// <summary>An order is evicted, or comes back. Until pieces are counted, those of evicted orders are kept apart.</summary>
    public void CountEvicted(long buyer, OrderState state, int seats, int pieces, int orders)
    {
        if (state >= OrderState.Waiting)
        {
            EvictedCounts.AddOrders(state, orders);
        }

        EvictedSeats += seats;
        if (seats != 0 && _piecesOf is null)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_evictedPiecesOf, buyer, out _) += pieces;
        }
    }

    /// <summary>Pieces are counted from now on: those of evicted orders with the others.</summary>
    public void CountEvictedPieces()
    {
        foreach ((long buyer, int pieces) in _evictedPiecesOf)
        {
            CountPieces(buyer, pieces);
        }

        _evictedPiecesOf.Clear();
    }

    public void CountSeats(int seats) => SeatsTaken += seats;

    /// <summary>A team opened, or closed in one of four ways. Formed, it keeps the seats that it took when it opened (R42).</summary>
    public void CountTeam(TeamState state, int size)
    {
        Counts.AddTeam(state);
        SeatsTaken += state == TeamState.Open ? size : state == TeamState.Formed ? 0 : -size;
    }

    public ref SourceCount From(Source source) => ref _sources[(int)source];
}

/// <summary>What an item's shard knows of the item's campaign and sales, and what followed from it last.</summary>
internal sealed class ItemCampaign
{
    // Open teams by their terms; an item's teams nearly always have one and the same.
    private readonly List<(int Terms, int Teams)> _open = [];
    private Verdict _toOpen;
    private Verdict _toJoin;

    public required ItemSchedule Schedule { get; set; }

    /// <summary>Slot of the campaign in the schedule; 0 where it names none.</summary>
    public int Campaign { get; set; }

    /// <summary>The merchant that orders of the item are made with now (R45); 0 for none.</summary>
    public long Merchant => Schedule.Merchant;

    /// <summary>What a team opened now freezes (R34), where there is a campaign.</summary>
    public OfferedTerms? Opens { get; set; }

    public Verdict ToOpen(BigDayCalendar calendar, long now) =>
        now < _toOpen.HoldsUntilMs ? _toOpen : _toOpen = Effectiveness.ToOpen(Schedule, calendar, now);

    public Verdict ToJoin(BigDayCalendar calendar, long now) =>
        now < _toJoin.HoldsUntilMs ? _toJoin : _toJoin = Effectiveness.ToJoin(Schedule, calendar, now);

    /// <summary>The terms that open teams of the item have: what suits none of them needs no look at the teams.</summary>
    public ReadOnlySpan<(int Terms, int Teams)> OpenTerms => CollectionsMarshal.AsSpan(_open);

    /// <summary>Open teams under these terms came or went.</summary>
    public void CountOpen(int terms, int teams)
    {
        for (int i = 0; i < _open.Count; i++)
        {
            if (_open[i].Terms == terms)
            {
                _open[i] = (terms, _open[i].Teams + teams);
                if (_open[i].Teams == 0)
                {
                    _open.RemoveAt(i);
                }

                return;
            }
        }

        _open.Add((terms, teams));
    }

    /// <summary>The schedule or the calendar is another one.</summary>
    public void Forget() => (_toOpen, _toJoin) = (default, default);
}
