using Matching.Core;
using Matching.Engine;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>Sends recorded requests as QuickJoins, each with its own event time (R43), and ends the clock at the last one.</summary>
internal static class RequestSender
{
    /// <summary>Sends them all; returns when all are durable and every deadline up to the last request's time is acted on.</summary>
    /// <param name="engine">An engine with a manual clock.</param>
    /// <param name="arrivals">The requests.</param>
    /// <param name="orderOffset">Added to every order id.</param>
    /// <param name="frontier">Tells the requests that were decided before, which are left out; null for none.</param>
    /// <param name="progress">Told how many are done with.</param>
    public static async Task<Tally> SendAsync(
        MatchingEngine engine, ArrivalList arrivals, long orderOffset, Frontier? frontier, Action<long> progress)
    {
        var tally = new Tally();
        var lane = new CommandLane(engine, tally.Take);
        CommandBatch batch = await lane.TakeAsync().ConfigureAwait(false);
        long done = 0;
        long lastMs = 0;
        foreach (ReadOnlyMemory<Arrival> piece in arrivals.InOrder())
        {
            for (int at = 0; at < piece.Length;)
            {
                int filled = Fill(batch, piece.Span[at..], orderOffset, frontier, done);
                at += filled;
                done += filled;
                if (batch.Count == CommandBatch.Capacity)
                {
                    lane.Send(batch);
                    progress(done);
                    batch = await lane.TakeAsync().ConfigureAwait(false);
                }
            }

            lastMs = piece.IsEmpty ? lastMs : piece.Span[^1].AtMs;
        }

        if (batch.Count > 0)
        {
            lane.Send(batch);
        }

        await lane.FlushAsync().ConfigureAwait(false);
        if (lastMs > 0)
        {
            await engine.AdvanceAsync(Math.Max(lastMs, engine.Now)).ConfigureAwait(false);
        }

        return tally;
    }

    /// <summary>Fills a batch up.</summary>
    /// <returns>How many requests are done with, put into it or left out.</returns>
    private static int Fill(CommandBatch batch, ReadOnlySpan<Arrival> arrivals, long orderOffset, Frontier? frontier, long firstIndex)
    {
        int i = 0;
        for (; i < arrivals.Length && batch.Count < CommandBatch.Capacity; i++)
        {
            ref readonly Arrival arrival = ref arrivals[i];
            if (frontier is not null && frontier.IsDecided(firstIndex + i, arrival))
            {
                continue;
            }

            ref Command command = ref batch.Commands[batch.Count++];
            command.Operation = Operation.QuickJoin;
            command.Quantity = 1;
            command.At = arrival.AtMs;
            command.Item = arrival.Item;
            command.Order = arrival.Order + orderOffset;
            command.Buyer = arrival.Buyer;
        }

        return i;
    }
}
