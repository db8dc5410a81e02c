using Matching.Core.Campaigns;

namespace Matching.Core;

/// <summary>The terms and limits a book decides by. Journaled facts never depend on them: a restart may change them (R34).</summary>
public sealed record BookOptions
{
    /// <summary>Items map to this many fixed partitions; the number is part of every team id.</summary>
    public const int Partitions = 1024;

    /// <summary>Callers' ids are 1 … this (2^63 − 1). In JSON they are written as <see cref="IdJson"/> says.</summary>
    public const long MaxId = long.MaxValue;

    /// <summary>
    /// Times in ms, amounts in fen, and ids that the engine issues are at most this (2^53 − 1): exact in JSON and in a double.
    /// </summary>
    public const long MaxExact = (1L << 53) - 1;

    /// <summary>The longest life of a team, in ms: ten years (R3).</summary>
    public const long MaxTeamLifeMs = 3650L * 86_400_000;

    /// <summary>Seats of a team under the default terms (R1). 2 … <see cref="MaxTeamSize"/>.</summary>
    public int TeamSize { get; set; } = 2;

    /// <summary>The largest team size allowed (R1). 2 … <see cref="ControlOptions.LargestTeamSize"/>.</summary>
    public int MaxTeamSize { get; set; } = 3;

    /// <summary>Life of a team in ms (R3). 1 … <see cref="MaxTeamLifeMs"/>; default 24 h.</summary>
    public long TeamLifeMs { get; set; } = 86_400_000;

    /// <summary>Longest hold in ms (R33). 1 … <see cref="ControlOptions.MaxHoldMs"/>; default 15 min.</summary>
    public long HoldMs { get; set; } = 900_000;

    /// <summary>Nothing opens without a published campaign (R10); otherwise items without one are on offer under these terms.</summary>
    public bool CampaignsRequired { get; set; }

    /// <summary>Whether teams that fit are merged at a deadline (R40).</summary>
    public bool Rescue { get; set; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its value and the rule.</exception>
    public void Validate()
    {
        if (Faults().FirstOrDefault() is { } fault)
        {
            throw new ArgumentException(fault, paramName: null);
        }
    }

    /// <summary>Every option out of its range, in a sentence each.</summary>
    internal IEnumerable<string> Faults() => new[]
    {
        OptionRange.Fault(nameof(MaxTeamSize), MaxTeamSize, 2, ControlOptions.LargestTeamSize, "R1"),
        OptionRange.Fault(nameof(TeamSize), TeamSize, 2, Math.Max(2, MaxTeamSize), "R1"),
        OptionRange.Fault(nameof(TeamLifeMs), TeamLifeMs, 1, MaxTeamLifeMs, "R3"),
        OptionRange.Fault(nameof(HoldMs), HoldMs, 1, ControlOptions.MaxHoldMs, "R33"),
    }.OfType<string>();
}
