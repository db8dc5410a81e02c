namespace Matching.Core;

/// <summary>The terms and limits a book decides by. Journaled facts never depend on them: a restart may change them (R34).</summary>
public sealed record BookOptions
{
    /// <summary>Items map to this many fixed partitions; the number is part of every team id.</summary>
    public const int Partitions = 1024;

    /// <summary>Callers' ids are 1 … this (2^63 − 1). In JSON they are written as <see cref="IdJson"/> says.</summary>
    public const long MaxId = long.MaxValue;

    /// <summary>Times in ms, amounts in fen, and ids that the engine issues are at most this (2^53 − 1): exact in JSON and in a double.</summary>
    public const long MaxExact = (1L << 53) - 1;

    /// <summary>Seats of a team under the default terms (R1). 2 … <see cref="MaxTeamSize"/>.</summary>
    public int TeamSize { get; set; } = 2;

    /// <summary>The largest team size allowed (R1). 2 … 1,000.</summary>
    public int MaxTeamSize { get; set; } = 3;

    /// <summary>Life of a team in ms (R3). At least 1; default 24 h.</summary>
    public long TeamLifeMs { get; set; } = 86_400_000;

    /// <summary>Longest hold in ms (R33). At least 1; default 15 min.</summary>
    public long HoldMs { get; set; } = 900_000;

    /// <summary>Nothing opens without a published campaign (R10); otherwise items without one are on offer under these terms.</summary>
    public bool CampaignsRequired { get; set; }

    /// <summary>Whether teams that fit are merged at a deadline (R40).</summary>
    public bool Rescue { get; set; } = true;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its value and the rule.</exception>
    public void Validate()
    {
        Check(MaxTeamSize is >= 2 and <= 1000, nameof(MaxTeamSize), MaxTeamSize, "2 … 1,000 (R1)");
        Check(TeamSize >= 2 && TeamSize <= MaxTeamSize, nameof(TeamSize), TeamSize, $"2 … {MaxTeamSize} (R1)");
        Check(TeamLifeMs is >= 1 and <= MaxSpanMs, nameof(TeamLifeMs), TeamLifeMs, "1 … 10 years in ms (R3)");
        Check(HoldMs is >= 1 and <= MaxSpanMs, nameof(HoldMs), HoldMs, "1 … 10 years in ms (R33)");
    }

    private const long MaxSpanMs = 3650L * 86_400_000;

    private static void Check(bool holds, string name, long value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{name} is {value}; it must be {range}", name);
        }
    }
}
