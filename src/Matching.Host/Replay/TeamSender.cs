using Matching.Core;
using Matching.Engine;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>
/// Sends team lists: a line's leader opens a team of exactly its size, its participants join that team by its id; a line without
/// participants opens one of two seats and is left to expire.
/// <para>
/// The lists have no times, so they are invented: the n-th line of every item belongs to wave n, waves are a team's life and an hour
/// apart, joins come a minute after the opening. So one line's life has ended before the next of its item begins, and all items live
/// at once. A wave's openings travel with the joins of the wave before it: one round trip a wave.
/// </para>
/// Order ids: a leader's is his line's number, the participants' go on behind the last line.
/// </summary>
/// <param name="engine">An engine with a manual clock.</param>
/// <param name="lines">The lists.</param>
/// <param name="entry">The replay.</param>
/// <param name="goesOn">It was interrupted. Everything is sent again: nothing of a team list is ever refused, so what was answered is
/// repeated and changes nothing (R35).</param>
/// <param name="terms">The life of a team.</param>
internal sealed class TeamSender(MatchingEngine engine, TeamLines lines, ReplayEntry entry, bool goesOn, BookOptions terms)
{
    private const long FirstMs = 1_577_836_800_000;
    private const long JoinAfterMs = 60_000;
    private const long HourMs = 3_600_000;

    private readonly long[] _teams = new long[lines.Count];
    private readonly Tally _tally = new(goesOn);
    private CommandLane? _lane;
    private CommandBatch? _batch;
    private long _nextOrder = entry.OrderOffset + lines.Count + 1;
    private long _sent;

    /// <summary>Sends them all; returns when all are durable and the last team has formed or expired.</summary>
    /// <param name="progress">Told how many requests are sent.</param>
    public async Task<Tally> SendAsync(Action<long> progress)
    {
        long firstMs = Math.Max(FirstMs, (entry.BeganAtMs / 1000 * 1000) + HourMs);
        int[] order = ByWave(out List<int> waveEnds);
        _lane = new CommandLane(engine, Answered);
        long lastMs = 0;
        ReadOnlyMemory<int> before = default;
        for (int wave = 0; wave <= waveEnds.Count; wave++)
        {
            long openMs = firstMs + (wave * (terms.TeamLifeMs + HourMs));
            foreach (int line in before.ToArray())
            {
                await JoinAsync(line, openMs - terms.TeamLifeMs - HourMs + JoinAfterMs).ConfigureAwait(false);
            }

            int start = wave == 0 ? 0 : waveEnds[wave - 1];
            before = wave < waveEnds.Count ? order.AsMemory(start, waveEnds[wave] - start) : default;
            foreach (int line in before.ToArray())
            {
                await OpenAsync(line, openMs).ConfigureAwait(false);
                lastMs = Math.Max(lastMs, lines.MembersOf(line).Length == 1 ? openMs + terms.TeamLifeMs : openMs + JoinAfterMs);
            }

            await FlushAsync().ConfigureAwait(false);
            progress(_sent);
        }

        if (lastMs > 0)
        {
            await engine.AdvanceAsync(Math.Max(lastMs, engine.Now)).ConfigureAwait(false);
        }

        return _tally;
    }

    /// <summary>Line numbers, from 0, by wave and then as in the file.</summary>
    private int[] ByWave(out List<int> waveEnds)
    {
        var seen = new Dictionary<long, int>();
        var waves = new int[lines.Count];
        waveEnds = [];
        for (int line = 0; line < lines.Count; line++)
        {
            ref int count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(seen, lines.ItemOf(line), out _);
            waves[line] = count++;
            if (count > waveEnds.Count)
            {
                waveEnds.Add(0);
            }

            waveEnds[waves[line]]++;
        }

        int end = 0;
        var next = new int[waveEnds.Count];
        for (int wave = 0; wave < waveEnds.Count; wave++)
        {
            next[wave] = end;
            waveEnds[wave] = end += waveEnds[wave];
        }

        var order = new int[lines.Count];
        for (int line = 0; line < lines.Count; line++)
        {
            order[next[waves[line]]++] = line;
        }

        return order;
    }

    private async ValueTask OpenAsync(int line, long atMs)
    {
        int members = lines.MembersOf(line).Length;
        Put(await BatchAsync().ConfigureAwait(false), new Command
        {
            Operation = Operation.OpenTeam,
            Size = (ushort)Math.Max(2, members),
            Quantity = 1,
            At = atMs,
            Item = lines.ItemOf(line),
            Order = entry.OrderOffset + line + 1,
            Buyer = lines.MembersOf(line)[0],
        });
    }

    private async ValueTask JoinAsync(int line, long atMs)
    {
        for (int member = 1; member < lines.MembersOf(line).Length; member++)
        {
            Put(await BatchAsync().ConfigureAwait(false), new Command
            {
                Operation = Operation.JoinTeam,
                Quantity = 1,
                At = atMs,
                Item = lines.ItemOf(line),
                Team = _teams[line],
                Order = _nextOrder++,
                Buyer = lines.MembersOf(line)[member],
            });
        }
    }

    private async ValueTask<CommandBatch> BatchAsync()
    {
        if (_batch is { Count: CommandBatch.Capacity })
        {
            _lane!.Send(_batch);
            _batch = null;
        }

        return _batch ??= await _lane!.TakeAsync().ConfigureAwait(false);
    }

    private void Put(CommandBatch batch, in Command command)
    {
        batch.Commands[batch.Count++] = command;
        _sent++;
    }

    private async ValueTask FlushAsync()
    {
        if (_batch is { Count: > 0 })
        {
            _lane!.Send(_batch);
            _batch = null;
        }

        await _lane!.FlushAsync().ConfigureAwait(false);
    }

    private void Answered(CommandBatch batch)
    {
        _tally.Take(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.Commands[i].Operation == Operation.OpenTeam)
            {
                _teams[batch.Commands[i].Order - entry.OrderOffset - 1] = batch.Answers[i].Team;
            }
        }
    }
}
