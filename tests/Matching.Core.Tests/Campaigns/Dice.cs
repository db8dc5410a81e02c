namespace Matching.Core.Tests.Campaigns;

/// <summary>Choices that one number decides, so that a step of a program is that number and shrinks by being left out.</summary>
internal sealed class Dice(int seed)
{
    private ulong _state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;

    public int Below(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong x = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)((x ^ (x >> 31)) % (ulong)bound);
    }

    /// <summary>True once in so many times.</summary>
    public bool Chance(int oneIn) => Below(oneIn) == 0;

    public T Pick<T>(params ReadOnlySpan<T> of) => of[Below(of.Length)];
}
