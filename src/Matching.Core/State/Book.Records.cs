using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matching.Core;

/// <content>
/// The rows of one partition's section, little-endian; <see cref="StateLayout"/> says which layouts there are. Rows name each other by
/// their place in the section, 1, 2, 3 …, and 0 for none, so that a section can be put into any book; they stand in the order in which they
/// came to be, which is the same for any number of books. What follows from them (indexes, ordered sets, due lists, sums) is not written
/// but made anew.
/// <code>
/// head · items · terms · teams · orders · holds · refunds (fixed rows, counts in the head) · details · campaigns · offers · upper halves · sums · ever · invites (numbers of 8 bytes)
/// </code>
/// Of a book that evicts, the sums are those of what was evicted, of the partition and of its campaigns. Which orders those were, a
/// filter says in a section of its own. Holds are the side rows of orders: some of them are there for an order's details only.
/// </content>
public sealed partial class Book
{
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct PartitionHead
    {
        public int Version;
        public int Partition;

        /// <summary>Teams ever opened in the partition: the next one's id follows from it.</summary>
        public int TeamsIssued;
        public int Items;
        public int Terms;
        public int Teams;
        public int Orders;
        public int Holds;
        public int Refunds;
        public int Campaigns;
        public int Offers;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct ItemRecord
    {
        public long Id;
        public int TeamsFormed;
        public int TeamsExpired;
        public int TeamsDissolved;
        public int TeamsMerged;
        public int AfterSale;
        public PaidCounts Paid;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct TermsRecord
    {
        public long Price;
        public long LifeMs;

        /// <summary>Place in the section's campaigns; 0 for default terms.</summary>
        public int Campaign;
        public int Version;
        public int Size;
        public int Rescue;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct TeamRecord
    {
        public long Id;
        public long DeadlineMs;
        public long ClosedAtMs;
        public int Item;
        public int Terms;
        public int FirstMember;
        public int FirstHold;
        public int MergedInto;
        public ushort Size;
        public ushort Paid;
        public ushort Held;
        public byte State;

        /// <summary>1 invite-only; 4, where closed families are evicted, what is left of an evicted team that orders still name.</summary>
        public byte Flags;
    }

    /// <summary>The first bytes of an order's row. Layouts 1 and 2 have 0 for merchant and tier.</summary>
    [InlineArray(60)]
    private struct OrderRecord
    {
        private byte _first;
    }

    /// <summary>
    /// The first bytes of a side row. A payment that is a text is the complement of its place among the section's payments, from 1 on, so
    /// in refunds. No terms where nothing was ever promised: money of an unknown order. States of before quotas took whole teams have no
    /// promise without seats.
    /// </summary>
    [InlineArray(36)]
    private struct HoldRecord
    {
        private byte _first;
    }

    /// <summary>The first bytes of a refund's row.</summary>
    [InlineArray(36)]
    private struct RefundRecord
    {
        private byte _first;
    }

    // A record is the beginning of its row, but for links, which are places in the section: what is behind it follows from other rows.
    private static TRecord RecordOf<TRow, TRecord>(ref TRow row)
        where TRow : unmanaged
        where TRecord : unmanaged => Unsafe.As<TRow, TRecord>(ref row);

    private static TRow RowOf<TRow, TRecord>(in TRecord record)
        where TRow : unmanaged
        where TRecord : unmanaged
    {
        TRow row = default;
        Unsafe.As<TRow, TRecord>(ref row) = record;
        return row;
    }
}
