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
    /// <param name="progress">Told how many are sent.</param>
    public static async Task<Tally> SendAsync(MatchingEngine engine, ArrivalList arrivals, long orderOffset, Action<long> progress)
    {
        var tally = new Tally();
        var lane = new CommandLane(engine, tally.Take);
        long sent = 0;
        long lastMs = 0;
        foreach (ReadOnlyMemory<Arrival> piece in arrivals.InOrder())
        {
            for (int at = 0; at < piece.Length; at += CommandBatch.Capacity)
            {
                CommandBatch batch = await lane.TakeAsync().ConfigureAwait(false);
                batch.Count = Math.Min(CommandBatch.Capacity, piece.Length - at);
                lastMs = Fill(batch, piece.Span.Slice(at, batch.Count), orderOffset);
                lane.Send(batch);
                sent += batch.Count;
                progress(sent);
            }
        }

        await lane.FlushAsync().ConfigureAwait(false);
        if (lastMs > 0)
        {
            await engine.AdvanceAsync(Math.Max(lastMs, engine.Now)).ConfigureAwait(false);
        }

        return tally;
    }

    private static long Fill(CommandBatch batch, ReadOnlySpan<Arrival> arrivals, long orderOffset)
    {
        for (int i = 0; i < arrivals.Length; i++)
        {
            ref readonly Arrival arrival = ref arrivals[i];
            ref Command command = ref batch.Commands[i];
            command.Operation = Operation.QuickJoin;
            command.Quantity = 1;
            command.At = arrival.AtMs;
            command.Item = arrival.Item;
            command.Order = arrival.Order + orderOffset;
            command.Buyer = arrival.Buyer;
        }

        return arrivals[^1].AtMs;
    }
}
