using System.Buffers.Binary;
using System.Security.Cryptography;
using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// What a payment's id is compared by: its number, or 16 bytes of SHA-256 of its text. Eight bytes would not do for money: who can choose
/// both ids finds two texts with one hash among 2^32, and the second payment would be taken for a repeat of the first, silently. Among 2^64
/// nobody finds them. A keyed hash was rejected: snapshots, records of the order ledger and <c>verify</c> must come to the same bytes from
/// the same events, so the key would have to lie beside them.
/// </summary>
internal readonly record struct PaymentKey(long Number, UInt128 Hash)
{
    public bool IsText => Hash != 0;

    public static PaymentKey Of(in PaymentId payment)
    {
        if (payment.Text is null)
        {
            return new(payment.Number, 0);
        }

        Span<byte> text = stackalloc byte[PaymentId.MaxBytes];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..payment.WriteText(text)], hash);
        return new(0, BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}

/// <summary>
/// The texts that payments of a book have instead of numbers. A row keeps a payment in a long: a number is itself, of a text it is the
/// complement of a slot here. Load: most shops number their payments, so a row has no room for more; a text costs 16 bytes, its hash. Whole
/// it is in its events. Here it is kept whole only while a refund entry shows it, until that is acknowledged: few at a time. Rejected: all
/// texts interned (some 90 bytes a payment, for ever, of which nearly none is ever shown), and reading an owed one's text from the journal
/// (a list of refunds would read the disk).
/// </summary>
internal sealed class PaymentTexts
{
    private readonly Rows<UInt128> _hashes = new();
    private readonly FreeSlots _free = new();
    private readonly Dictionary<int, string> _whole = [];

    /// <summary>Texts kept.</summary>
    public int Count => _hashes.Count - _free.Count;

    /// <summary>Those that are kept whole.</summary>
    public int CountWhole => _whole.Count;

    /// <summary>Whether what a row keeps is a text.</summary>
    public static bool IsText(long kept) => kept < 0;

    /// <summary>Keeps a payment's id to compare by, for one row.</summary>
    public long Keep(in PaymentKey key)
    {
        if (!key.IsText)
        {
            return key.Number;
        }

        int slot = Book.AddRow(_hashes, _free);
        _hashes[slot] = key.Hash;
        return ~(long)slot;
    }

    /// <summary>Keeps a payment's id whole, for one row.</summary>
    public long KeepWhole(in PaymentId payment)
    {
        long kept = Keep(PaymentKey.Of(payment));
        if (payment.Text is { } text)
        {
            _whole.Add((int)~kept, text);
        }

        return kept;
    }

    /// <summary>What it is compared by.</summary>
    public PaymentKey KeyOf(long kept) => IsText(kept) ? new(0, _hashes[(int)~kept]) : new(kept, 0);

    /// <summary>Whether a row keeps this id.</summary>
    public bool Is(long kept, in PaymentKey key) => KeyOf(kept) == key;

    /// <summary>The id of a row that keeps it whole, or as a number.</summary>
    public PaymentId Whole(long kept) => IsText(kept) ? PaymentId.Parse(_whole[(int)~kept]) : kept;

    /// <summary>Whether a row's id can be shown.</summary>
    public bool IsWhole(long kept) => !IsText(kept) || _whole.ContainsKey((int)~kept);

    /// <summary>It need not be shown any more, but can still be compared.</summary>
    public void KeepHash(long kept) => _whole.Remove(IsText(kept) ? (int)~kept : 0);

    /// <summary>The row leaves.</summary>
    public void Drop(long kept)
    {
        if (IsText(kept))
        {
            KeepHash(kept);
            _hashes[(int)~kept] = 0;
            _free.Add((int)~kept);
        }
    }
}
