using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// The hash of the state: a sum over items' parts, so that it doesn't depend on who holds them or in which order they came.
/// </summary>
public sealed partial class Book
{
    /// <summary>
    /// A hash of the whole state but time; equal for equal histories, however the items are spread over books: the hashes of
    /// several books add up (mod 2^64) to that of one book with all their items. Reads every row; acts on nothing.
    /// </summary>
    public ulong StateHash()
    {
        ulong hash = 0;
        foreach (ref readonly EvictedSums evicted in _evictedSums.AsSpan())
        {
            hash += evicted.Hash;
        }

        for (int order = 1; order <= _orders.Count; order++)
        {
            hash += _orders[order].Id == 0 ? 0 : HashOfOrder(order);
        }

        for (int team = 1; team <= _teams.Count; team++)
        {
            hash += IsTeam(team) ? HashOfTeam(team) : 0;
        }

        return hash;
    }

    /// <summary>Whether a row is a team's: not given back, not a stub.</summary>
    private bool IsTeam(int team) => _teams[team].Id != 0 && (_teams[team].Flags & TeamFlags.Stub) == TeamFlags.None;

    private ulong HashOfOrder(int order)
    {
        ref OrderRow row = ref _orders[order];
        ulong hash = Mix.Of(_items[row.Item].Id, row.Id);
        hash = Mix.Chain(hash, row.Buyer);
        hash = Mix.Chain(hash, IdOf(row.Team));
        hash = Mix.Chain(hash, row.Amount);
        hash = Mix.Chain(hash,
            ((long)row.Quantity << 32) | ((long)row.Source << 24) | ((long)row.Flags << 16) | ((long)row.Request << 8) | (long)row.State);
        hash = Mix.Chain(hash, ((long)row.CreatedBy << 8) | (long)row.First);
        hash = Mix.Chain(hash, row.Campaign == 0 ? 0 : _campaigns[row.Campaign].Id);
        if (row.Hold != 0)
        {
            ref HoldRow hold = ref _holds[row.Hold];
            hash = Mix.Chain(hash, hold.UntilMs);
            hash = ChainPayment(hash, hold.Payment);
            hash = Mix.Chain(hash, IdOf(hold.FirstTeam));
            hash = Mix.Chain(
                hash, (hold.WithoutSeats ? 1L << 16 : 0) | ((long)hold.Paid << 2) | (hold.OpenNew ? 2L : 0) | (hold.Rerouted ? 1L : 0));
        }

        if (row.Side != 0 && _holds[row.Side].Details != default)
        {
            var fields = new HashedFields { Hash = hash };
            OrderDetails.Fields(ref _holds[row.Side].Details, ref fields);
            hash = fields.Hash;
        }

        // Records of the order ledger carry hashes: what an order does not have must not change its own.
        hash = row.Tier == 0 ? hash : Mix.Chain(hash, row.Tier);
        hash = row.Merchant == 0 ? hash : Mix.Chain(hash, MerchantOf(order));
        foreach (ref readonly RefundRow owed in _refunds.Of(row.FirstRefund))
        {
            hash = Mix.Chain(hash, owed.Amount);
            hash = Mix.Chain(hash, owed.SinceMs);
            hash = ChainPayment(hash, owed.Payment);
            hash = Mix.Chain(hash, ((long)owed.Cause << 1) | (owed.Done ? 1L : 0));
        }

        return hash;
    }

    private ulong ChainPayment(ulong hash, long kept)
    {
        PaymentKey key = _payments.KeyOf(kept);
        return key.IsText ? Mix.Chain(Mix.Chain(hash, (long)(ulong)key.Hash), (long)(ulong)(key.Hash >> 64)) : Mix.Chain(hash, key.Number);
    }

    private ulong HashOfTeam(int team)
    {
        ref TeamRow row = ref _teams[team];
        FrozenTerms terms = _terms[row.Terms];
        ulong hash = Mix.Of(~_items[row.Item].Id, row.Id);
        hash = Mix.Chain(hash, row.DeadlineMs);
        hash = Mix.Chain(hash, terms.Price);
        hash = Mix.Chain(hash, terms.LifeMs);
        hash = Mix.Chain(hash, terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id);
        hash = Mix.Chain(hash, terms.Version);
        hash = Mix.Chain(hash, ((long)row.Size << 32) | ((long)row.Paid << 16) | row.Held);
        hash = Mix.Chain(hash, ((long)row.State << 2) | (row.InviteOnly ? 2L : 0) | (terms.Rescue ? 1L : 0));
        hash = InviteOf(team) is var invite and not 0 ? Mix.Chain(hash, invite) : hash;
        hash = Mix.Chain(hash, row.ClosedAtMs);
        hash = Mix.Chain(hash, IdOf(row.MergedInto));
        for (int order = row.FirstMember; order != 0; order = _orders[order].NextMember)
        {
            hash = Mix.Chain(hash, _orders[order].Id);
        }

        return hash;
    }

    private struct HashedFields : IFields
    {
        public ulong Hash;

        public void Field(ref long value) => Hash = Mix.Chain(Hash, value);
    }

    private long IdOf(int team) => team == 0 ? 0 : _teams[team].Id;
}
