using Matching.Core;
using Matching.Engine;
using Matching.Kit.Disks;

namespace Matching.Simulation;

/// <summary>
/// One seed: a few short lives of an engine on one machine, each ended by what the seed chose, and a last one in which nothing goes wrong
/// and the engine must serve. Between them somebody outside remembers what was answered. The same seed gives the same story.
/// </summary>
internal sealed class Story
{
    private readonly PlantedFault _planted;
    private readonly Coverage _coverage;
    private readonly Random _random;
    private readonly Machine _machine;
    private readonly Outside _outside;
    private readonly EventAudit _audit;
    private readonly Traffic _traffic;
    private readonly int _items;
    private readonly int _teamSize;
    private readonly bool _ledger;
    private readonly bool _deletes;
    private readonly RunHash _hash = new();
    private bool _crashedBefore;

    private Story(int seed, PlantedFault planted, Coverage coverage)
    {
        _planted = planted;
        _coverage = coverage;
        _random = new Random(seed);
        _machine = new Machine(_random.Next(), planted, coverage, _hash) { WatchesDisk = _random.Next(4) == 0 };
        _outside = new Outside(_machine);
        _items = _random.Next(1, 6);
        _teamSize = _random.Next(2, 4);
        _ledger = _random.Next(2) == 0;
        _deletes = _random.Next(5) == 0;
        _traffic = new Traffic(_random, _items);
        _audit = new EventAudit(
            e => e.Size == (e.Campaign == 0 ? _teamSize : Traffic.CampaignTeamSize) || _outside.AskedFor(e.Item, e.Order, e.Size),
                coverage);
    }

    /// <summary>Plays a seed.</summary>
    /// <returns>The hash of everything that happened.</returns>
    /// <exception cref="SimulationException">A promise was broken; the message ends with the command that repeats it.</exception>
    public static ulong Play(int seed, PlantedFault planted = PlantedFault.None, Coverage? coverage = null)
    {
        var story = new Story(seed, planted, coverage ?? new Coverage());
        try
        {
            story.Play();
            return story._hash.Value;
        }
#pragma warning disable CA1031 // whatever broke, it is told with the seed
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new SimulationException(
                $"seed {seed}: {e.Message}{Environment.NewLine}Repeat it with: "
                    + $"MATCHING_SEED={seed}{(planted == PlantedFault.None ? "" : $" MATCHING_PLANTED={planted}")} dotnet run -c Release "
                    + "--project tests/Matching.Simulation",
                e);
        }
    }

    private void Play()
    {
        bool lied = false;
        for (int lives = _random.Next(1, 4); lives > 0 && !lied; lives--)
        {
            Trouble trouble = _random.Next(40) switch
            {
                < 18 => Trouble.Disk,
                < 27 => Trouble.Kill,
                < 35 => Trouble.PowerLoss,
                < 39 => Trouble.None,
                _ => Trouble.Lie,
            };
            trouble = _planted != PlantedFault.None && trouble == Trouble.Lie ? Trouble.PowerLoss : trouble;
            Live(trouble);
            lied = trouble == Trouble.Lie && _machine.HasStruck;
        }

        if (lied)
        {
            CheckLie();
        }
        else
        {
            ServeAfterAllFaults();
        }
    }

    private Life Begin()
    {
        // Of history that is deleted nothing can be made anew.
        if (_ledger && !_deletes)
        {
            _machine.Ledger.Damage(_random, _coverage);
        }

        _machine.Boot();
        _outside.NewLife();
        int size = _teamSize + (_planted == PlantedFault.TeamSizePlusOne ? 1 : 0);
        var terms = new MatchingOptions
        {
            Shards = _random.Next(1, 4),
            Ledger = _ledger && _random.Next(4) > 0,
            LedgerCheckpointEvents = _random.Next(1, 100),
            LedgerCheckpointInterval = TimeSpan.FromSeconds(_random.Next(1, 60)),
            ExpectedEvictedOrders = 4,
            ClosedInMemory = _random.Next(4),
            SnapshotBytes = _random.Next(3) switch { 0 => 0, 1 => _random.Next(200, 2_000), _ => _random.Next(2_000, 12_000) },
            ArchiveHorizon = _deletes ? TimeSpan.FromMilliseconds(_random.Next(2) * _random.Next(20_000)) : null,
            RetainFromSequence = _deletes ? () => _audit.Seen(_machine) : null,
            MaxRequestsInFlight = _random.Next(8) == 0 ? 8 : 256,
            ClockStep = TimeSpan.FromMinutes(10),
            Book = new BookOptions
            {
                TeamSize = size,
                MaxTeamSize = Math.Max(3, size),
                TeamLifeMs = Traffic.TeamLifeMs,
                HoldMs = Traffic.HoldMs
            },
        };
        return new Life(_machine, _outside, _audit, _traffic, _random, terms, _items);
    }

    private void Live(Trouble trouble)
    {
        Damage damage = trouble is Trouble.Disk or Trouble.Lie ? Damage.None : Damage.Choose(_machine, _random, _planted, _deletes);
        Life life = Begin();
        Plan(trouble);
        if (!life.TryOpen(damage.IsSome))
        {
            if (damage.IsSome)
            {
                damage.Refused(_coverage);
                life.End(powerLost: false);
                life = Begin();
                SimulationException.Unless(life.TryOpen(mayBeRefused: false), $"the engine died without a cause");
            }
            else
            {
                _coverage.Add(Happening.CrashInRecovery, _machine.IsAlive ? 0 : 1);
                _coverage.Add(Happening.TwoCrashesInARow, !_machine.IsAlive && _crashedBefore ? 1 : 0);
                _crashedBefore = true;
                life.End(powerLost: _random.Next(2) == 0);
                return;
            }
        }
        else if (damage.IsOf(Clients.Subscriber) && life.RefusesSubscriber())
        {
            damage.Refused(_coverage);
        }
        else if (damage.IsSome && life.FindsDamage())
        {
            // No start needs what is before its snapshot, but who reads it must be told.
            _coverage.Add(Happening.ArchiveDamageFound);
            damage.Refused(_coverage);
            life.End(powerLost: false);
            life = Begin();
            SimulationException.Unless(life.TryOpen(mayBeRefused: false), $"the engine died without a cause");
        }
        else if (damage.IsSome && !damage.IsOfSnapshot)
        {
            _coverage.Add(Happening.BitFlipHarmless);
        }

        life.Serve(trouble, share: damage.IsSome ? 1 : _random.Next(1, 5));
        _crashedBefore = trouble is Trouble.Kill or Trouble.PowerLoss || _machine.HasStruck;
    }

    private void Plan(Trouble trouble)
    {
        if (trouble == Trouble.Lie)
        {
            _machine.PlanFault(_random.Next(120), DiskFault.Lost);
        }
        else if (trouble == Trouble.Disk)
        {
            // Many of them in the recovery, which is some dozens of calls long.
            int calls = _random.Next(3) switch { 0 => _random.Next(30), 1 => _random.Next(90), _ => _random.Next(400) };
            DiskFault fault = (DiskFault)(_random.Next(5) switch { 0 => 1, 1 => 2, 2 => 3, 3 => 5, _ => 6 });

            // A start cuts few segments: now and then the fault waits for that.
            bool atACut = _random.Next(8) == 0;
            _machine.PlanFault(atACut ? 0 : calls, fault, atACut ? DiskCall.Shorten : null);
        }
    }

    /// <summary>
    /// A disk that said yes and did not do it: what is there must be found out as damaged, or agree with all that was known.
    /// </summary>
    private void CheckLie()
    {
        Life life = Begin();
        if (life.TryOpen(mayBeRefused: true))
        {
            SimulationException.Unless(
                _audit.Agrees(_machine.Journal!), $"R38: after a lying disk the engine opens with other events than were known");
        }
    }

    /// <summary>
    /// Liveness: the faults have stopped. The engine opens, has everything, answers everybody, pays every refund, and closes.
    /// </summary>
    private void ServeAfterAllFaults()
    {
        _machine.SetRoom(low: false);
        Life life = Begin();
        SimulationException.Unless(life.TryOpen(mayBeRefused: false), $"the engine died without a cause");
        life.ServeToTheEnd();
        _coverage.Add(Happening.ServedAfterAllFaults);
        _coverage.Add(
            Happening.SegmentTurned, _machine.Disk.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)) > 8 ? 1 : 0);
    }
}
