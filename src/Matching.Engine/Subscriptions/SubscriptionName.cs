using System.Buffers;

namespace Matching.Engine.Subscriptions;

/// <summary>What a subscription may be called: its name is a file's name on every system.</summary>
internal static class SubscriptionName
{
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > Longest || name[0] == '.' || name.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new ArgumentException(
                $"name is '{name}'; a subscription's name is 1 … {Longest} of A–Z a–z 0–9 . _ - and does not start with a dot",
                    nameof(name));
        }
    }
}
