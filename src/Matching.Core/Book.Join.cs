using System.Runtime.CompilerServices;
using Matching.Core.Campaigns;
using Matching.Core.Tables;

namespace Matching.Core;

/// <summary>Opening and joining (R2, R4, R31), and what their repeats return (R35).</summary>
public sealed partial class Book
{
    private void OpenTeam(in Command c, ref ItemRow its, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
        }
        else if (MayOpen(c, its, item, out OfferedTerms terms, ref a) && MayTake(c, ref its, item, 0, terms, ref a))
        {
            Take(c, ref its, item, 0, terms, ref a);
        }
    }

    private void QuickJoin(in Command c, ref ItemRow its, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
        }
        else if (MayTakeAny(c, ref its, item, PricesOf(c), out int team, out OfferedTerms? terms, ref a)
            && MayTake(c, ref its, item, team, terms, ref a))
        {
            Take(c, ref its, item, team, terms, ref a);
        }
    }

    /// <summary>
    /// The buyer may: seats his order in the team, or opens one under the terms offered where that is 0, if what he pays is what is due
    /// (R46).
    /// </summary>
    private void Take(in Command c, ref ItemRow its, int item, int team, OfferedTerms? offered, ref Answer a)
    {
        if (IsTooLittle(c))
        {
            OweTooLittle(c, item, team, team == 0 ? offered!.Terms : _terms[_teams[team].Terms], ref a);
        }
        else if (team != 0)
        {
            Seat(c, ref its, item, team, 0, rerouted: false, ref a);
        }
        else
        {
            Open(c, ref its, item, 0, offered!, rerouted: false, ref a);
        }
    }

    private static PriceRange PricesOf(in Command c) => c.PriceNamed ? PriceRange.Exactly(c.Price) : PriceRange.Any;

    /// <summary>
    /// The best team that suits the buyer, or the terms to open one under; and whether the campaign lets him (R4, R21): if not, that is the
    /// answer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayTakeAny(
        in Command c, ref ItemRow its, int item, PriceRange prices, out int team, out OfferedTerms? terms, ref Answer a)
    {
        team = 0;
        terms = null;
        if (its.Offer != 0 && !Allows(ToJoin(its), c, item, 0, ref a))
        {
            return false;
        }

        team = BestFor(ref its, prices, c);
        return team != 0 || MayOpen(c, its, item, out terms, ref a);
    }

    /// <summary>Whether the buyer may open a team, and under which terms; if not, that is the answer. Not the quota.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayOpen(in Command c, in ItemRow its, int item, out OfferedTerms terms, ref Answer a)
    {
        if (its.Offer == 0 && !Options.CampaignsRequired)
        {
            // Nobody has a say.
            terms = TermsOf(c);
            return true;
        }

        return Allows(ToOpen(c, its, out terms), c, item, 0, ref a);
    }

    /// <summary>True where nothing forbids it; otherwise that is the answer.</summary>
    private bool Allows(Verdict verdict, in Command c, int item, int team, ref Answer a)
    {
        if (!verdict.Ok)
        {
            RefuseBy(verdict, c, item, team, ref a);
        }

        return verdict.Ok;
    }

    /// <summary>
    /// Whether the buyer has no seat of the item yet (R31), and for a team to be opened, where <paramref name="team"/> is 0, whether the
    /// quota has room: one that is open has its seats. If not, that is the answer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayTake(in Command c, ref ItemRow its, int item, int team, OfferedTerms? terms, ref Answer a)
    {
        int seat = FindSeat(ref its, item, c.Buyer);
        if (seat != 0)
        {
            RefuseSeated(seat, ref a);
            return false;
        }

        return team != 0 || terms!.Terms.Campaign == 0 || Allows(HasQuota(terms.Terms), c, item, team, ref a);
    }

    private void JoinTeam(in Command c, ref ItemRow its, int item, int order, ref Answer a)
    {
        if (order != 0)
        {
            RepeatCreation(c, order, ref a);
        }
        else if (MayEnter(c, item, out int team, ref a))
        {
            Take(c, ref its, item, team, null, ref a);
        }
    }

    /// <summary>Whether the buyer may take a seat of the team named; otherwise the refusal, in the order of the line protocol.</summary>
    private bool MayEnter(in Command c, int item, out int team, ref Answer a)
    {
        team = item == 0 ? 0 : FindTeam(item, c.Team);
        if (team == 0 || !IsInvited(c, team))
        {
            team = 0;
            a.Team = c.Team;
            Refuse(ref a, Outcome.UnknownTeam, 0, c, item, 0);
            return false;
        }

        ref ItemRow its = ref _items[item];
        ref TeamRow row = ref _teams[team];
        (Outcome outcome, byte rule) = row.State switch
        {
            TeamState.Dissolved => (Outcome.Closed, (byte)7),
            TeamState.Merged => (Outcome.Closed, (byte)40),
            TeamState.Expired => (Outcome.TooLate, (byte)3),
            TeamState.Formed => (Outcome.Full, (byte)30),
            _ => (Outcome.None, (byte)0),
        };
        if (outcome != Outcome.None)
        {
            Refuse(ref a, outcome, rule, c, item, team);
            return false;
        }

        if (its.Offer != 0 && !Allows(ToJoin(c, its, row), c, item, team, ref a))
        {
            return false;
        }

        if (row.SeatsLeft == 0 && FindSeat(ref its, item, c.Buyer) == 0)
        {
            Refuse(ref a, Outcome.Full, 30, c, item, team);
            return false;
        }

        return MayTake(c, ref its, item, team, null, ref a);
    }

    /// <summary>
    /// Seats an order in a team with a seat left, or in the seat it holds there; forms the team with its last seat. The command of an order
    /// that was held is as <see cref="PaidBy"/> says.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Seat(in Command c, ref ItemRow its, int item, int team, int order, bool rerouted, ref Answer a)
    {
        ref TeamRow row = ref _teams[team];
        long now = Now;
        long merchant = order == 0 ? PresentMerchant(its) : 0;
        EventBuffer events = Events;
        events.Wrote(EventCodec.WriteSeatTaken(ref events.Room(), c, now, row.Id, merchant, rerouted));
        ChangeSeatTaken(c, now, merchant, rerouted, ref its, item, ref row, team, order);
        if (order != 0 || c.DueNamed)
        {
            OweDifferences(c, item, team, order, ref a);
        }

        a.Outcome = Outcome.Joined;
        if (row.Paid == row.Size)
        {
            EmitFormed(c.Item, ref its, team, ref row, c.Order, now);
            a.Outcome = Outcome.Formed;
        }

        AnswerSeated(row, rerouted, ref a);
    }

    /// <summary>Opens a team under terms; its leader's order may be a hold's, and the command then as <see cref="PaidBy"/> says.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(in Command c, ref ItemRow its, int item, int order, OfferedTerms offered, bool rerouted, ref Answer a)
    {
        if (item == 0)
        {
            item = ItemOf(c.Item, 0);
            its = ref _items[item];
        }

        ref readonly FrozenTerms terms = ref offered.Terms;
        long now = Now;
        bool inviteOnly = c.InviteOnly && c.Operation == Operation.OpenTeam;
        long merchant = order == 0 ? PresentMerchant(its) : 0;
        long campaign = terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id;
        long id = _directory.NextId(PartitionOf(c.Item));
        EventBuffer events = Events;
        events.Wrote(
            EventCodec.WriteTeamOpened(ref events.Room(), c, now, id, merchant, rerouted, inviteOnly, terms, campaign));
        ref TeamRow row = ref ChangeTeamOpened(
            c, now, id, _terms.SlotOf(offered), terms, inviteOnly, merchant, rerouted, ref its, item, order, out int team);
        if (order != 0 || c.DueNamed)
        {
            OweDifferences(c, item, team, order, ref a);
        }

        a.Outcome = Outcome.Opened;
        a.Invite = inviteOnly ? c.Invite : 0;
        AnswerSeated(row, rerouted, ref a);
    }

    /// <summary>
    /// The command behind the events of an order that was held and is paid now: whose order it is, where it came from and its pieces are as
    /// the hold has them, and of the rest a payment carries none (R33).
    /// </summary>
    private Command PaidBy(in Command payment, int order)
    {
        ref OrderRow row = ref _orders[order];
        bool isNew = (row.Flags & OrderFlags.NewBuyer) != OrderFlags.None;
        return payment with
        {
            Buyer = row.Buyer,
            Source = row.Source,
            BuyerFacts = new BuyerFacts(isNew ? BuyerStanding.New : BuyerStanding.Unknown, 0),
            Quantity = PiecesOf(row),
            DueNamed = false,
            Due = 0,
            Sharer = 0,
        };
    }

    /// <summary>What an event says of a new order: whose it is and where it came from.</summary>
    private void Describe(in Command c, int item, ref Event e)
    {
        e.Buyer = c.Buyer;
        e.Source = c.Source;
        e.NewBuyer = c.BuyerFacts.Standing == BuyerStanding.New;
        e.Tier = c.BuyerFacts.Tier;
        e.DueNamed = c.DueNamed;
        e.Due = c.Due;
        e.Sharer = c.Sharer;
        e.Merchant = PresentMerchant(_items[item]);
    }

    private void EmitFormed(long itemId, ref ItemRow its, int team, ref TeamRow row, long order, long at)
    {
        Events.Wrote(EventCodec.WriteFormed(ref Events.Room(), at, itemId, order, row.Id));
        ChangeTeamFormed(at, ref its, team, ref row, order);
    }

    private static void AnswerSeated(in TeamRow team, bool rerouted, ref Answer a)
    {
        a.Ok = true;
        a.Rerouted = rerouted;
        AnswerTeam(team, ref a);
    }

    private static void AnswerTeam(in TeamRow row, ref Answer a)
    {
        a.Team = row.Id;
        a.Deadline = row.DeadlineMs;
        a.SeatsLeft = row.State == TeamState.Open ? row.SeatsLeft : 0;
    }

    /// <summary>The default terms, with the size and the price the command names.</summary>
    private OfferedTerms TermsOf(in Command c) => !c.PriceNamed && c.Size == 0
        ? _defaultTerms
        : _namedTerms.Of(_defaultTerms.Terms with
        {
            Size = c.Size != 0 ? c.Size : Options.TeamSize,
            Price = c.PriceNamed ? c.Price : 0,
        });

    /// <summary>An order that exists is sent again: the first outcome for the same command, a conflict for any other (R35).</summary>
    private void RepeatCreation(in Command c, int order, ref Answer a)
    {
        ref OrderRow row = ref _orders[order];
        int team = row.Hold != 0 ? _holds[row.Hold].FirstTeam : row.Team;
        Why other = row.CreatedBy != c.Operation ? Why.OtherOperation
            : row.Buyer != c.Buyer ? Why.OtherBuyer
            : c.Operation == Operation.JoinTeam && _teams[team].Id != c.Team ? Why.OtherTeam
            : Why.Effective;
        if (other != Why.Effective)
        {
            Conflict(other, ref a);
            return;
        }

        Repeat(ref a, row.First);
        a.Owed = c.Operation == Operation.Hold ? 0 : OwedAtPayment(order);
        if (row.First == Outcome.RefundOwed)
        {
            a.Team = IdOf(team);
        }
        else if (team != 0)
        {
            AnswerTeam(_teams[team], ref a);
            a.Invite = c.Operation == Operation.OpenTeam && (row.Flags & OrderFlags.OutOfTeam) == OrderFlags.None ? InviteOf(team) : 0;
        }

        a.Until = row.Hold != 0 ? _holds[row.Hold].UntilMs : 0;
    }

    private static void Repeat(ref Answer a, Outcome first)
    {
        a.Outcome = first;
        a.Ok = true;
        a.Repeated = true;
    }

    private static void Conflict(Why why, ref Answer a)
    {
        a.Why = why;
        a.Outcome = Outcome.OrderConflict;
        a.Rule = 35;
    }

    /// <summary>
    /// Names the team in which the buyer has a seat, or the order of his promise to open one. There is none to suggest: he may have no
    /// other (R31).
    /// </summary>
    private void RefuseSeated(int seat, ref Answer a)
    {
        a.Outcome = Outcome.AlreadyMember;
        a.Rule = 31;
        int team = _orders[seat].Team;
        if (team != 0)
        {
            a.Team = _teams[team].Id;
        }
        else
        {
            a.Holding = _orders[seat].Id;
        }
    }

    /// <summary>A refusal that names the team concerned, and suggests the best other one that would take who asks (R39).</summary>
    private void Refuse(ref Answer a, Outcome outcome, byte rule, in Command c, int item, int team)
    {
        a.Outcome = outcome;
        a.Rule = rule;
        if (team != 0)
        {
            a.Team = _teams[team].Id;
        }

        // Money of an unknown order has no buyer.
        ref ItemRow its = ref _items[item];
        bool mayJoin = item != 0 && c.Buyer != 0 && ToJoin(its).Ok && FindSeat(ref its, item, c.Buyer) == 0;
        int other = mayJoin ? BestFor(ref its, PricesOf(c), c, but: team) : 0;
        a.Suggest = other == 0 ? 0 : _teams[other].Id;
    }
}
