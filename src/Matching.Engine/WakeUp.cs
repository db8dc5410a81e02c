namespace Matching.Engine;

/// <summary>An entry that only wakes its shard: something is due.</summary>
internal sealed class WakeUp : IInboxEntry
{
    public static WakeUp Instance { get; } = new();

    public int Weight => 0;

    public bool Run(Shard shard) => true;

    public void Fail(Exception cause)
    {
    }

    public void Complete()
    {
    }
}
