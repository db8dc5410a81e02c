using Matching.Structures;

namespace Matching.Core.Tests.Structures;

/// <summary>Fills an index with slots 1, 2, 3 …, each its own key.</summary>
internal static class SlotKeys
{
    /// <summary>Adds the next slot.</summary>
    public static void Add(SlotIndex index) => index.Add(Mix.Of((ulong)index.Count + 1), index.Count + 1);

    /// <summary>Each slot that was added is found by its key.</summary>
    public static void AssertFound(SlotIndex index)
    {
        for (int slot = 1; slot <= index.Count; slot++)
        {
            Assert.Equal(slot, index.Find(Mix.Of((ulong)slot), new Same(slot)));
        }
    }

    private readonly struct Same(int key) : ISlotKey
    {
        public bool Is(int slot) => slot == key;
    }
}
