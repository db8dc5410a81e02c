using System.Buffers.Text;
using System.Text;

namespace Matching.Host.Traffic;

/// <summary>
/// Gives every word of a recording an id the engine takes. A canonical positive decimal number up to 2^63 − 1 is its own id, but for those
/// from 2^52 up to 2^53. These and any other word get 2^52 + a 52-bit hash of its bytes: the same in every run, so that a second replay
/// into one directory meets the same buyers. Words are compared byte for byte: <c>7</c>, <c>07</c> and <c>7.0</c> are three.
/// <para>
/// Assumes most words are numbers (no look-up at all) and the rest are few and repeat. Every hashed word is kept, to notice when two
/// share a hash (refused: a confusion would seat a stranger as a member) and to write it back. Numbering words as they come was
/// rejected: ids would depend on the order of the files.
/// </para>
/// One thread at a time.
/// </summary>
internal sealed class WordTable
{
    /// <summary>Ids from here up to 2^53 − 1 stand for words that are no number.</summary>
    public const long FirstHashed = 1L << 52;

    private const long LastHashed = (2 * FirstHashed) - 1;
    private const int MostDigits = 19;

    private const int ArenaBytes = 1 << 20;

    private readonly WordHash _hash;
    private readonly List<Entry> _entries = [];
    private readonly List<byte[]> _arenas = [];
    private int[] _slots = new int[1024];
    private int _arenaUsed = ArenaBytes;

    /// <summary>Makes an empty table.</summary>
    public WordTable()
        : this(Fnv1a)
    {
    }

    /// <summary>Makes an empty table that hashes its own way.</summary>
    public WordTable(WordHash hash) => _hash = hash;

    /// <summary>A stable hash of a word's bytes; the low 52 bits are used.</summary>
    public delegate ulong WordHash(ReadOnlySpan<byte> word);

    /// <summary>Hashed words held.</summary>
    public int Count => _entries.Count;

    /// <summary>The id of a word: 1 … 2^63 − 1.</summary>
    /// <exception cref="InvalidDataException">Two different words of the run have one hash.</exception>
    public long IdOf(ReadOnlySpan<byte> word) => TryNumber(word, out long number) ? number : IdOfHashed(word);

    /// <summary>Writes the word of an id that this table gave; an id it never gave is written as its number.</summary>
    public void WriteWord(long id, Stream to)
    {
        if (id >= FirstHashed && Find(id) is int index and >= 0)
        {
            to.Write(BytesOf(_entries[index]));
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(id, digits, out int length);
        to.Write(digits[..length]);
    }

    /// <summary>64-bit FNV-1a with a final mix, so that the low 52 bits depend on every byte.</summary>
    internal static ulong Fnv1a(ReadOnlySpan<byte> word)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in word)
        {
            hash = (hash ^ b) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        return hash ^ (hash >> 33);
    }

    private static bool TryNumber(ReadOnlySpan<byte> word, out long number)
    {
        number = 0;
        if (word.Length is 0 or > MostDigits || word[0] == (byte)'0')
        {
            return false;
        }

        ulong read = 0;
        foreach (byte b in word)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return false;
            }

            read = (read * 10) + digit;
        }

        number = (long)read;
        return read < FirstHashed || read is > LastHashed and <= long.MaxValue;
    }

    private long IdOfHashed(ReadOnlySpan<byte> word)
    {
        long id = FirstHashed | (long)(_hash(word) & (FirstHashed - 1));
        int index = Find(id);
        if (index < 0)
        {
            Insert(id, word);
        }
        else if (!BytesOf(_entries[index]).SequenceEqual(word))
        {
            throw new InvalidDataException(
                $"the words '{Encoding.UTF8.GetString(BytesOf(_entries[index]))}' and '{Encoding.UTF8.GetString(word)}' get the same "
                    + $"id {id}; " +
                "they would be taken for one: rename one of them in the file");
        }

        return id;
    }

    private int Find(long id)
    {
        for (int slot = SlotOf(id); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_entries[_slots[slot] - 1].Id == id)
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    private void Insert(long id, ReadOnlySpan<byte> word)
    {
        if (_arenaUsed + word.Length > ArenaBytes)
        {
            _arenas.Add(new byte[ArenaBytes]);
            _arenaUsed = 0;
        }

        word.CopyTo(_arenas[^1].AsSpan(_arenaUsed));
        _entries.Add(new Entry(id, _arenas.Count - 1, _arenaUsed, word.Length));
        _arenaUsed += word.Length;
        if (_entries.Count * 2 > _slots.Length)
        {
            _slots = new int[_slots.Length * 2];
            for (int i = 0; i < _entries.Count; i++)
            {
                Place(_entries[i].Id, i);
            }

            return;
        }

        Place(id, _entries.Count - 1);
    }

    private void Place(long id, int index)
    {
        int slot = SlotOf(id);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = index + 1;
    }

    // The low bits of an id are hash already; a poor hash given by a test still spreads.
    private int SlotOf(long id) => (int)(((ulong)id * 0x9E3779B97F4A7C15) >> 32) & (_slots.Length - 1);

    private ReadOnlySpan<byte> BytesOf(in Entry entry) => _arenas[entry.Arena].AsSpan(entry.Start, entry.Length);

    private readonly record struct Entry(long Id, int Arena, int Start, int Length);
}
