using Matching.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>A wheel over an array of links, that counts how often a link is looked at.</summary>
internal sealed class WheelRig
{
    /// <summary>A time of day in 2023, at the start of a second.</summary>
    public const long Start = 1_700_000_000_000;

    /// <summary>One turn of the wheel, in ms.</summary>
    public const long Turn = (1L << 17) * 1000;

    private readonly WheelLink[] _links;

    public WheelRig(int members, long now = Start)
    {
        _links = new WheelLink[members + 1];
        Wheel = new TimingWheel<Links>(new Links(this));

        // A wheel starts at the epoch; a member taken at once brings it to the present.
        Wheel.Schedule(members, now);
        if (TakeAll(now) is not [var first] || first != members)
        {
            throw new InvalidOperationException("the wheel doesn't reach the present");
        }

        Looks = 0;
    }

    public TimingWheel<Links> Wheel { get; }

    /// <summary>Links looked at so far.</summary>
    public int Looks { get; private set; }

    public bool IsScheduled(int slot) => _links[slot].DueMs != 0;

    /// <summary>Takes all that is due, in one call after the other.</summary>
    public List<int> TakeAll(long now)
    {
        var taken = new List<int>();
        int steps = int.MaxValue;
        while (Wheel.TryTakeDue(now, ref steps, out int slot))
        {
            taken.Add(slot);
        }

        return taken;
    }

    public readonly struct Links(WheelRig rig) : IWheelRows
    {
        public ref WheelLink Link(int slot)
        {
            rig.Looks++;
            return ref rig._links[slot];
        }
    }
}
