using Matching.Core;
using Matching.Engine;

namespace Matching.Host.Run;

/// <summary>
/// Reads lines and starts what they ask for, in the order read, without waiting for any outcome: the engine keeps the order of
/// each item's requests. Has a thread of its own, because reading a console or a pipe blocks, and on the pool that would
/// starve the replies.
/// </summary>
internal sealed class Intake
{
    private readonly MatchingEngine _engine;
    private readonly Stream _input;
    private readonly BatchRing _ring;
    private readonly bool _manualClock;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _handling = new();
    private readonly LineBuffer _lines = new();
    private readonly RequestParser _parser = new();
    private bool _stopped;
    private Batch? _batch;
    private int _runStart;

    public Intake(MatchingEngine engine, Stream input, BatchRing ring, bool manualClock)
    {
        _engine = engine;
        _input = input;
        _ring = ring;
        _manualClock = manualClock;
    }

    /// <summary>Done at the end of input; faulted when it could not be read.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts reading.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "input" }.Start();

    /// <summary>Reads no more. What was read is finished first; a read that still waits for input is left behind.</summary>
    public void Stop()
    {
        lock (_handling)
        {
            _stopped = true;
            _ring.EndReading();
        }
    }

    private void Run()
    {
        try
        {
            int count;
            do
            {
                count = _input.Read(_lines.Room);
            }
            while (Handle(count) && count > 0);

            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            _ended.TrySetException(e);
        }
    }

    /// <summary>Handles what was read; 0 bytes are the end of input. False when nothing more is wanted.</summary>
    private bool Handle(int count)
    {
        lock (_handling)
        {
            if (_stopped)
            {
                return false;
            }

            _lines.Filled(count);
            while (_lines.TryNext(atEnd: count == 0, out ReadOnlySpan<byte> line, out bool tooLong))
            {
                if (_batch is null && !_ring.TryTake(out _batch))
                {
                    return false;
                }

                Take(_batch, line, tooLong);
            }

            Post();
            return true;
        }
    }

    private void Take(Batch batch, ReadOnlySpan<byte> line, bool tooLong)
    {
        Request request = default;
        string? problem;
        if (tooLong)
        {
            _parser.ParseBeginning(line);
            problem = string.Create(null, $"the line is over {LineBuffer.MaxLine} bytes");
        }
        else
        {
            problem = _parser.Parse(line, out request) ?? Refuse(request);
        }

        ref Entry entry = ref batch.Add(problem is null ? request.Verb : Verb.None, _parser.Id(line));
        entry.Reason = problem;
        if (entry.Verb == Verb.Command)
        {
            Take(batch, ref entry, request.Command);
        }
        else if (entry.Verb == Verb.View)
        {
            Note(ref entry, request);
        }
        else if (entry.Verb >= Verb.Order)
        {
            EndRun();
            StartRead(ref entry, request);
        }

        if (entry.Verb is Verb.Advance or Verb.Control)
        {
            _batch = null;
            _runStart = 0;
            _ring.PostAndWait(batch);
        }
        else if (batch.IsFull)
        {
            Post();
        }
    }

    /// <summary>What only this run of the program refuses.</summary>
    private string? Refuse(in Request request) => request.Verb == Verb.Advance && !_manualClock
        ? "advance needs a manual clock (R43): start with --clock manual"
        : null;

    private static void Take(Batch batch, ref Entry entry, in Command command)
    {
        entry.Index = batch.CommandCount++;
        entry.Run = batch.RunCount;
        batch.Commands[entry.Index] = command;
    }

    private void Note(ref Entry entry, in Request request)
    {
        ref readonly Command about = ref request.Command;
        ValueTask<bool> noted = _engine.ViewAsync(
            new View(about.Item, request.Viewer) { Source = about.Source, Sharer = about.Sharer, At = request.At });
        entry.To = noted.IsCompletedSuccessfully && noted.Result ? 0 : 1;
    }

    private void StartRead(ref Entry entry, in Request request)
    {
        ref readonly Command key = ref request.Command;
        entry.Item = key.Item;
        entry.Key = request.Verb == Verb.Order ? key.Order : key.Team;
        entry.To = request.To;
        entry.Control = request.Control;
        if (request.Verb == Verb.OrdersOf)
        {
            (entry.Item, entry.Key, entry.To, entry.AfterItem) = (key.Buyer, request.After, request.Take, request.AfterItem);
        }

        if (request.Verb == Verb.Counts)
        {
            (entry.Key, entry.To) = (request.Campaign, request.Merchant);
        }

        try
        {
            entry.Read = request.Verb switch
            {
                Verb.Order => _engine.FindOrderAsync(key.Item, key.Order).AsTask(),
                Verb.Team => _engine.FindTeamAsync(key.Item, key.Team).AsTask(),
                Verb.OpenTeams => _engine.OpenTeamsAsync(key.Item, request.Take).AsTask(),
                Verb.RefundsOwed => _engine.RefundsOwedAsync(request.Take).AsTask(),
                Verb.Counts when request.Campaign != 0 => _engine.CountCampaignAsync(request.Campaign).AsTask(),
                Verb.Counts when request.Merchant != 0 => _engine.CountMerchantAsync(request.Merchant).AsTask(),
                Verb.Counts => _engine.CountAsync(key.Item == 0 ? null : key.Item).AsTask(),
                _ => null,
            };
        }
        catch (Exception e)
        {
            entry.Read = Task.FromException(e);
        }
    }

    /// <summary>Sends the commands since the last run to the engine.</summary>
    private void EndRun()
    {
        Batch batch = _batch!;
        int count = batch.CommandCount - _runStart;
        if (count == 0)
        {
            return;
        }

        try
        {
            batch.Runs[batch.RunCount] = _engine.ExecuteBatchAsync(
                batch.Commands.AsMemory(_runStart, count), batch.Answers.AsMemory(_runStart, count)).AsTask();
        }
        catch (Exception e)
        {
            batch.Runs[batch.RunCount] = Task.FromException(e);
        }

        batch.RunCount++;
        _runStart = batch.CommandCount;
    }

    private void Post()
    {
        if (_batch is Batch batch)
        {
            EndRun();
            _runStart = 0;
            _batch = null;
            _ring.Post(batch);
        }
    }
}
