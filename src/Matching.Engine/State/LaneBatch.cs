namespace Matching.Engine.State;

/// <summary>What one lane is given at a time: events of its book, or one section of a snapshot.</summary>
internal sealed class LaneBatch
{
    private const int UsualBytes = 1 << 20;

    // Small at first: most starts, and all of tests, have little to replay.
    private byte[] _bytes = new byte[4096];
    private long[] _sequences = new long[128];

    /// <summary>The section; −1 for events.</summary>
    public int Section { get; set; } = -1;

    /// <summary>Where a section is read into.</summary>
    public byte[] Buffer = [];

    /// <summary>The section's bytes.</summary>
    public ReadOnlyMemory<byte> SectionBytes { get; set; }

    /// <summary>Events in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of events in it.</summary>
    public int Length { get; private set; }

    /// <summary>Enough to be worth passing on.</summary>
    public bool IsFull => Length >= UsualBytes;

    /// <summary>Its events.</summary>
    public ReadOnlyMemory<byte> Events => _bytes.AsMemory(0, Length);

    /// <summary>Where in the journal an event of it stands.</summary>
    public long SequenceOf(int index) => _sequences[index];

    public void Add(ReadOnlySpan<byte> e, long sequence)
    {
        while (Length + e.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }

        if (Count == _sequences.Length)
        {
            Array.Resize(ref _sequences, 2 * _sequences.Length);
        }

        e.CopyTo(_bytes.AsSpan(Length));
        _sequences[Count++] = sequence;
        Length += e.Length;
    }

    public void Clear()
    {
        Count = 0;
        Length = 0;
        Section = -1;
        SectionBytes = default;
    }
}
