namespace Matching.Core;

/// <summary>
/// The layouts of a saved partition and of the head, in one place. A section has the lowest layout that holds what is in it, so a state
/// without anything new has the bytes it always had; every layout listed here is read.
/// <code>
/// 1  holds everything
/// 2  closed families are not in it: teams by id, orders by item and id, and the sums of what was evicted at the end
/// 3  as 1, with details, merchants and texts of payments of orders behind the refunds
/// 4  as 2, with details, merchants and texts of payments of orders behind the refunds
/// 5  as 3, with the upper halves of sums of money behind the offers
/// 6  as 4, with the upper halves of sums of money behind the offers, and what was ever of evicted orders at the end
/// 7  as 5, with the invites of teams at the end (R2)
/// 8  as 6, with the invites of teams at the end (R2)
/// </code>
/// The head has 1, or 10, which says that closed families are journaled with their records; those of before had 2 or 6. The filters have 2.
/// What spans items has 1, or 3 with what was registered of items (R45) at its end.
/// </summary>
internal static class StateLayout
{
    /// <summary>Of a head: closed families are not in the state, and each is journaled with its record.</summary>
    public const int HeadOfEvicting = 10;

    private const int FirstWithEver = 6;
    private const int Newest = 8;

    /// <summary>The layout of a section.</summary>
    /// <param name="evicts">Closed families are not in it.</param>
    /// <param name="details">Some order has details, a tier, a merchant, or a payment that is a text.</param>
    /// <param name="more">Some sum of money needs more than 64 bits, or what evicted orders ever were does not follow from their
    /// states.</param>
    /// <param name="invites">Some team has an invite.</param>
    public static int Of(bool evicts, bool details, bool more = false, bool invites = false) =>
        (invites ? 7 : more ? 5 : details ? 3 : 1) + (evicts ? 1 : 0);

    /// <summary>Whether closed families are left out.</summary>
    public static bool Evicts(int layout) => layout % 2 == 0;

    /// <summary>Whether details, merchants and texts of payments of orders are in it.</summary>
    public static bool HasDetails(int layout) => layout >= 3;

    /// <summary>Whether upper halves of sums of money are in it.</summary>
    public static bool HasWideSums(int layout) => layout >= 5;

    /// <summary>Whether invites of teams are in it.</summary>
    public static bool HasInvites(int layout) => layout >= 7;

    /// <summary>The layout of what spans items.</summary>
    public static int OfControl(bool registered) => registered ? 3 : 1;

    /// <summary>Whether what was registered of items is in it.</summary>
    public static bool HasRegistered(int layout) => layout == 3;

    /// <summary>Whether it says what evicted orders ever were.</summary>
    public static bool HasEver(int layout) => layout >= FirstWithEver && Evicts(layout);

    /// <exception cref="NewerLayoutException">This program does not read it.</exception>
    public static void Check(int layout) => Check(layout, Newest);

    /// <summary>As <see cref="Check(int)"/>, of a head.</summary>
    public static void CheckHead(int layout) => Check(layout, HeadOfEvicting);

    private static void Check(int layout, int newest)
    {
        if (layout < 1 || layout > newest)
        {
            throw new NewerLayoutException($"the state has layout version {layout}; this program reads version {newest}");
        }
    }
}
