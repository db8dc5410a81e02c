using Matching.Core;
using Matching.Engine;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>
/// How far an interrupted replay had come. A refusal leaves no trace and is not remembered (R35), so a request that was refused must not
/// be sent again: later, it might be taken. But a shard decides its requests in the order sent, and what it decided stands in the journal
/// up to some point. So for each shard, all requests up to the last one that has an event were answered or decided alike, and so were all
/// that are earlier than the shard's latest event.
/// </summary>
internal sealed class Frontier
{
    private readonly ReplayEntry _entry;
    private readonly long[] _lastIndex;
    private readonly long[] _latestMs;
    private readonly RowNumbers _decided = new();

    private Frontier(ReplayEntry entry)
    {
        _entry = entry;
        _lastIndex = [.. Enumerable.Repeat(-1L, entry.Shards)];
        _latestMs = new long[entry.Shards];
    }

    /// <summary>Finds how far a replay came.</summary>
    /// <param name="entry">The replay.</param>
    /// <param name="engine">The engine, just opened.</param>
    /// <param name="arrivals">Its requests.</param>
    public static async Task<Frontier> FindAsync(ReplayEntry entry, MatchingEngine engine, ArrivalList arrivals)
    {
        var frontier = new Frontier(entry);
        if (engine.Recovered > entry.FirstEvent)
        {
            await foreach (JournaledEvent journaled in engine.ReadEventsAsync(entry.FirstEvent).ConfigureAwait(false))
            {
                frontier.Take(journaled.Event);
                if (journaled.Sequence >= engine.Recovered - 1)
                {
                    break;
                }
            }
        }

        frontier.FindLast(arrivals);
        return frontier;
    }

    /// <summary>True when a request was decided before the replay was interrupted.</summary>
    /// <param name="index">Its place in the order of sending, from 0.</param>
    /// <param name="arrival">The request.</param>
    public bool IsDecided(long index, in Arrival arrival)
    {
        int shard = Books.IndexOf(arrival.Item, _entry.Shards);
        return index <= _lastIndex[shard] || Math.Max(arrival.AtMs, _entry.BeganAtMs) < _latestMs[shard];
    }

    private void Take(in Event e)
    {
        // An event of no item moves the time of all.
        Span<long> latest = e.Item == 0 ? _latestMs : _latestMs.AsSpan(Books.IndexOf(e.Item, _entry.Shards), 1);
        foreach (ref long ms in latest)
        {
            ms = Math.Max(ms, e.At);
        }

        if (e.Order > _entry.OrderOffset)
        {
            _decided.Add(e.Order - _entry.OrderOffset);
        }
    }

    private void FindLast(ArrivalList arrivals)
    {
        long index = 0;
        foreach (ReadOnlyMemory<Arrival> piece in arrivals.InOrder())
        {
            foreach (ref readonly Arrival arrival in piece.Span)
            {
                if (_decided.Contains(arrival.Order))
                {
                    _lastIndex[Books.IndexOf(arrival.Item, _entry.Shards)] = index;
                }

                index++;
            }
        }
    }
}
