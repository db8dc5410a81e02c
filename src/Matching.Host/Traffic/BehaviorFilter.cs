using System.Text;
using Matching.Host.Cli;

namespace Matching.Host.Traffic;

/// <summary>Which rows are requests, by the word in their behavior column. One thread at a time.</summary>
internal sealed class BehaviorFilter
{
    private const int MostSeen = 20;

    private readonly (byte[] Word, bool IsTaken)[] _known;
    private readonly bool _byPrefix;
    private readonly byte[][]? _asked;
    private readonly string _names;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Makes one.</summary>
    /// <param name="preset">Knows the words of its set, or none.</param>
    /// <param name="asked">The behaviors asked for by name; null for nothing said.</param>
    /// <exception cref="UsageException">One is asked for that the set does not have.</exception>
    public BehaviorFilter(Preset preset, IReadOnlySet<string>? asked)
    {
        string[] names = [.. preset.Behaviors.Select(behavior => behavior.Name)];
        _names = string.Join(", ", names);
        if (names.Length > 0 && asked?.FirstOrDefault(name => !names.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new UsageException($"--behaviors '{unknown}' is none of {_names}");
        }

        bool Takes(string name) =>
            asked?.Contains(name) ?? (preset.TakenBehaviors.Count == 0 || preset.TakenBehaviors.Contains(name, StringComparer.Ordinal));
        _known = [.. preset.Behaviors.Select(behavior => (Encoding.UTF8.GetBytes(behavior.Word), Takes(behavior.Name)))];
        _byPrefix = preset.BehaviorsByPrefix;
        _asked = names.Length > 0 ? null : asked?.Select(Encoding.UTF8.GetBytes).ToArray();
    }

    /// <summary>Rows whose word was none of those asked for, where the set's words are not known: the first few such words.</summary>
    public IReadOnlyCollection<string> Seen => _seen;

    /// <summary>Whether a row is taken.</summary>
    /// <param name="word">Its word.</param>
    /// <param name="isTaken">True when it is a request.</param>
    /// <returns>Null, or what is wrong with the word.</returns>
    public string? Look(ReadOnlySpan<byte> word, out bool isTaken)
    {
        isTaken = _known.Length == 0;
        foreach ((byte[] known, bool taken) in _known)
        {
            if (_byPrefix ? word.StartsWith(known) : word.SequenceEqual(known))
            {
                isTaken = taken;
                return null;
            }
        }

        if (_known.Length > 0)
        {
            return $"behavior '{Fields.Show(word)}' is none of {_names}";
        }

        if (_asked is not null)
        {
            isTaken = IsAsked(word);
        }

        return null;
    }

    private bool IsAsked(ReadOnlySpan<byte> word)
    {
        foreach (byte[] asked in _asked!)
        {
            if (word.SequenceEqual(asked))
            {
                return true;
            }
        }

        if (_seen.Count < MostSeen)
        {
            _seen.Add(Fields.Show(word));
        }

        return false;
    }
}
