using Matching.Core;

namespace Matching.Engine;

/// <summary>Answers the front door gives without asking a shard.</summary>
internal static class Refusals
{
    /// <summary>Writing failed, or the engine takes nothing more (R38).</summary>
    public static Answer Unavailable(long item, long order) => Of(Outcome.Unavailable, item, order);

    public static Answer Of(Outcome outcome, long item, long order) =>
        new() { Outcome = outcome, Rule = outcome == Outcome.Unavailable ? (byte)38 : (byte)0, Item = item, Order = order };
}
