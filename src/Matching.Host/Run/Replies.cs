using System.Text.Json;
using Matching.Core;
using Matching.Engine;

namespace Matching.Host.Run;

/// <summary>
/// Answers lines in the order read and writes the output, the only one who does. Replies are gathered and written when
/// 64 KiB are there or when the next one must be waited for, so a lone caller waits for nothing and a busy one costs few writes.
/// </summary>
internal sealed class Replies : IDisposable
{
    private const int WriteAt = 64 * 1024;

    private readonly MatchingEngine _engine;
    private readonly Stream _output;
    private readonly BatchRing _ring;
    private readonly ReplyWriter _writer = new();
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _outputBroken;

    public Replies(MatchingEngine engine, Stream output, BatchRing ring)
    {
        _engine = engine;
        _output = output;
        _ring = ring;
    }

    /// <summary>Done with the cause when the engine or the output failed; never faulted, not done while all is well.</summary>
    public Task<Exception> Failed => _failed.Task;

    public void Dispose() => _writer.Dispose();

    /// <summary>Writes the first line.</summary>
    public void Ready(long teamsOpen)
    {
        _writer.Ready(_engine.Created, _engine.Now, teamsOpen, _engine.Recovered);
        Write();
    }

    /// <summary>Answers until reading has ended and everything read is answered.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _ring.Filled.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_ring.Filled.TryRead(out Batch? batch))
                {
                    await AnswerAsync(batch).ConfigureAwait(false);
                }

                Write();
            }
        }
        finally
        {
            _ring.EndAnswering();
        }
    }

    private async ValueTask AnswerAsync(Batch batch)
    {
        bool barrier = false;
        for (int i = 0; i < batch.Count; i++)
        {
            Entry entry = batch.Entries[i];
            switch (entry.Verb)
            {
                case Verb.None:
                    _writer.Bad(batch.IdOf(entry), entry.Reason!);
                    break;
                case Verb.Command:
                    if (entry.Run >= batch.RunsSettled)
                    {
                        await SettleRunAsync(batch).ConfigureAwait(false);
                    }

                    Answer(batch, entry);
                    break;
                case Verb.View:
                    _writer.Noted(batch.IdOf(entry), lost: entry.To != 0);
                    break;
                case Verb.Control:
                    barrier = true;
                    await ControlAsync(batch, entry).ConfigureAwait(false);
                    break;
                case Verb.Advance:
                    barrier = true;
                    await AdvanceAsync(batch, entry).ConfigureAwait(false);
                    break;
                default:
                    await ReadAsync(batch, entry).ConfigureAwait(false);
                    break;
            }

            if (_writer.Lines.Length >= WriteAt)
            {
                Write();
            }
        }

        _ring.Return(batch);
        if (barrier)
        {
            Write();
            _ring.PassBarrier();
        }
    }

    private void Answer(Batch batch, in Entry entry)
    {
        ref readonly Answer answer = ref batch.Answers[entry.Index];
        if (answer.Outcome == Outcome.Unavailable)
        {
            _failed.TrySetResult(new MatchingUnavailableException("the engine has stopped (R38)"));
        }

        _writer.Answer(batch.IdOf(entry), answer);
    }

    /// <summary>Waits for the answers of the next run of commands.</summary>
    private async ValueTask SettleRunAsync(Batch batch)
    {
        Task run = batch.Runs[batch.RunsSettled];
        try
        {
            if (!run.IsCompleted)
            {
                Write();
            }

            await run.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it was, what came of these commands is not known: they are answered so, and the program ends.
            _failed.TrySetResult(e);
            foreach (Entry entry in batch.Entries.AsSpan(0, batch.Count))
            {
                if (entry.Verb == Verb.Command && entry.Run == batch.RunsSettled)
                {
                    batch.Answers[entry.Index] = Unavailable;
                }
            }
        }

        batch.RunsSettled++;
    }

    private static Answer Unavailable => new() { Outcome = Outcome.Unavailable, Rule = 38 };

    private async ValueTask ReadAsync(Batch batch, Entry entry)
    {
        Task? read = null;
        try
        {
            // The list of a buyer's orders follows what is durable. Asked for here, where every line before has been answered,
            // it shows what those lines did.
            read = entry.Verb == Verb.OrdersOf
                ? _engine.OrdersOfAsync(entry.Item, (int)entry.To, entry.Key, entry.AfterItem).AsTask()
                : entry.Read!;
            if (!read.IsCompleted)
            {
                Write();
            }

            await read.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // As with commands: answered as unknown, and the program ends.
            _failed.TrySetResult(e);
            _writer.Answer(batch.IdOf(entry), Unavailable);
            return;
        }

        Found(batch.IdOf(entry), entry, read, _engine.Now);
    }

    private void Found(ReadOnlySpan<byte> id, in Entry entry, Task read, long now)
    {
        switch (read)
        {
            case Task<OrderView?> order: _writer.Found(id, order.Result, entry.Item, entry.Key, now); break;
            case Task<TeamView?> team: _writer.Found(id, team.Result, entry.Item, entry.Key, now); break;
            case Task<IReadOnlyList<OpenTeamView>> teams: _writer.Listed(id, teams.Result, entry.Item, now); break;
            case Task<IReadOnlyList<OrderView>> orders: _writer.Listed(id, orders.Result, now); break;
            case Task<IReadOnlyList<RefundView>> refunds: _writer.Listed(id, refunds.Result, now); break;
            case Task<Counts?> { Result: { } known }: _writer.Counted(id, known, entry.Item, now); break;
            case Task<Counts?> when entry.Key != 0: _writer.Unknown(id, ReplyNames.UnknownCampaign, ReplyNames.Campaign, entry.Key); break;
            case Task<Counts?>: _writer.Unknown(id, ReplyNames.UnknownMerchant, ReplyNames.Merchant, entry.To); break;
            case Task<Counts> counts: _writer.Counted(id, counts.Result, entry.Item, now); break;
            default: throw new InvalidOperationException($"no reply is known for a read of type {read.GetType()}");
        }
    }

    /// <summary>Moves the clock here, where everything read before has been answered; the reader waits until it is done.</summary>
    private async ValueTask AdvanceAsync(Batch batch, Entry entry)
    {
        long now = _engine.Now;
        if (entry.To < now)
        {
            _writer.Bad(batch.IdOf(entry), string.Create(null, $"to must be {now} or later, not {entry.To}: time does not go back (R43)"));
            return;
        }

        Write();
        try
        {
            now = await _engine.AdvanceAsync(entry.To).ConfigureAwait(false);
            _writer.Advanced(batch.IdOf(entry), now);
        }
        catch (Exception e)
        {
            // As with commands: answered as unknown, and the program ends.
            _failed.TrySetResult(e);
            _writer.Answer(batch.IdOf(entry), Unavailable);
        }
    }

    /// <summary>Asks about campaigns here, where everything read before has been answered; the reader waits until it is done.</summary>
    private async ValueTask ControlAsync(Batch batch, Entry entry)
    {
        Write();
        try
        {
            (bool ok, string outcome, Action<Utf8JsonWriter> rest) = await entry.Control!.RunAsync(_engine).ConfigureAwait(false);
            _writer.Control(batch.IdOf(entry), ok, outcome, rest);
        }
        catch (ArgumentException e)
        {
            _writer.Bad(batch.IdOf(entry), e.Message);
        }
        catch (Exception e)
        {
            // As with commands: answered as unknown, and the program ends.
            _failed.TrySetResult(e);
            _writer.Answer(batch.IdOf(entry), Unavailable);
        }
    }

    private void Write()
    {
        try
        {
            if (!_outputBroken && !_writer.Lines.IsEmpty)
            {
                _output.Write(_writer.Lines);
                _output.Flush();
            }
        }
        catch (IOException e)
        {
            // Nobody can be answered any more: what was read is still finished, then the program ends.
            _outputBroken = true;
            _failed.TrySetResult(e);
        }

        _writer.Clear();
    }
}
