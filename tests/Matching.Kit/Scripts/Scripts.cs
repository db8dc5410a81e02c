using FsCheck;
using FsCheck.Fluent;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <summary>
/// Random scripts over few items, buyers and orders, so that repeats, conflicts and full teams are common. Most commands come
/// from plausible lives of orders, interleaved, so that a script gets deep: held, paid late, refunded, shipped; the others are
/// noise. Time steps gather around due times, where the defects are.
/// </summary>
public static class Scripts
{
    /// <summary>An item has so many orders.</summary>
    public const int Orders = 8;

    /// <summary>Of so many buyers one has the last id there is.</summary>
    public const int Buyers = 6;

    /// <summary>Teams named are the first so many of their partition.</summary>
    public const int Teams = 8;

    private const int MostSteps = 60;

    /// <summary>Items in use: the first and the last share a partition, so a team's id may belong to the other one.</summary>
    public static readonly long[] Items = [1, long.MaxValue - 1, SharingPartitionWith(1)];

    /// <summary>The orders of an item; the last has the last id there is.</summary>
    public static readonly long[] OrderIds = [.. Enumerable.Range(1, Orders).Select(number => Ids.Of(number, Orders))];

    /// <summary>
    /// Half-filled teams opened within a few ms of one another, some with the full life and then some with half of it, so that
    /// deadlines do not follow the order of opening: what is merged with what at the end?
    /// </summary>
    private static readonly Gen<Script> SideBySide =
        from terms in Terms().Select(t => t with { Rescue = true, TeamSize = Math.Min(t.TeamSize, 3) })
        from lives in Lives.HalfFilled
        from change in Gen.Choose(0, lives.Length)
        from waits in Gen.ArrayOf(Gen.Elements(0L, 1L, 1L, 2L), lives.Length)
        select new Script(Changed(lives, waits, change, terms), terms, 0, 1);

    private static readonly Gen<Script> Wild =
        from terms in Terms()
        from start in Gen.Elements(0L, 1_000L, 1_700_000_000_000L)
        from books in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Constant(3)))
        from haste in Gen.Elements(1, 4, 8, 20)
        from commands in Interleaved()
        from steps in Gen.CollectToArray(commands, c => AStep(c, terms, haste))
        select new Script(steps, terms, start, books);

    /// <summary>A team that some leave, and then anything.</summary>
    private static readonly Gen<Script> Leaving =
        from wild in Wild
        from row in Lives.Leaving
        from left in Gen.CollectToArray(row, c => AStep(c, wild.Terms, haste: 1))
        select wild with { Steps = [.. left, .. wild.Steps] };

    /// <summary>Wild ones with campaigns that change, end and collide with promotions while teams are open.</summary>
    private static readonly Gen<Script> OnOffer =
        from wild in Wild
        from required in Gen.Elements(false, false, true)
        from beginning in Offers.Beginning
        from count in Gen.Choose(0, 9)
        from offers in Gen.ArrayOf(Offers.Any, count)
        from places in Gen.ArrayOf(Gen.Choose(0, MostSteps), count)
        select wild with
        {
            Terms = wild.Terms with { CampaignsRequired = required },
            Steps = [.. beginning.Select(Offering), .. WithOffers(wild.Steps, offers, places)],
        };

    /// <summary>A leader leaves while others hold, in a campaign whose quota may have no room for each of them to open.</summary>
    private static readonly Gen<Script> Deserted =
        from terms in Terms()
        from beginning in Offers.WithQuota
        from commands in Lives.Deserted
        from steps in Gen.CollectToArray(commands, c => AStep(c, terms, 1))
        select new Script([.. beginning.Select(Offering), .. steps], terms, 0, 1);

    /// <summary>Half-filled teams of a campaign whose terms change while they wait: which of them may still be merged?</summary>
    private static readonly Gen<Script> SideBySideOnOffer =
        from script in SideBySide
        from beginning in Offers.Beginning
        from change in Offers.ChangeOfOne(beginning)
        from place in Gen.Choose(0, MostSteps)
        select script with { Steps = [.. beginning.Select(Offering), .. WithOffers(script.Steps, [change], [place])] };

    private static readonly Gen<Script> Late =
        from terms in Terms().Select(t => t with { TeamSize = 2 })
        from late in Lives.Late
        from waits in Gen.ArrayOf(Gen.Elements(0L, 0L, 1L), late.Late.Length)
        let first =
            late.Late.Select((c, i) => new Step(StepKind.Do, i == 0 ? Move.AtDue : waits[i] > 0 ? Move.Some : Move.Stay, waits[i], 0, c))
        select new Script([.. late.InTime.Select(c => new Step(StepKind.Do, Move.Stay, 0, 0, c)), .. first], terms, 0, 1);

    /// <summary>
    /// As <see cref="Late"/>, in a campaign that changes while the hold runs, with an amount due: where may the payment go, and what of it
    /// goes back (R46)?
    /// </summary>
    private static readonly Gen<Script> LateOnOffer =
        from late in Late
        from beginning in Offers.Beginning
        from change in Offers.ChangeOfOne(beginning)
        from due in Gen.Elements(-1L, 0L, 400L, 500L, 1_400L)
        from paid in Gen.Elements(due, due, due, due - 1, due + 200)
        from pieces in Gen.Elements(1, 2, 2)
        let steps = late.Steps.Select(step => step with { Command = WithDue(step.Command, due, paid, pieces) }).ToList()
        select late with { Steps = [.. beginning.Select(Offering), .. steps[..2], Offering(change), .. steps[2..]] };

    /// <summary>
    /// As <see cref="OnOffer"/>, of amounts so high that three of them are more than 64 bits hold: sums of money are wider.
    /// </summary>
    private static readonly Gen<Script> Dear =
        from script in OnOffer
        select script with { Steps = [.. script.Steps.Select(step => step with { Command = AtHighPrices(step.Command) })] };

    /// <summary>Scripts of 1 … 72 steps.</summary>
    public static readonly Gen<Script> All = Gen.Frequency(
        (1, Dear), (12, Wild), (2, SideBySide), (5, SideBySideOnOffer), (10, OnOffer), (1, Deserted), (2, Leaving), (1, Late),
            (10, LateOnOffer));

    /// <summary>Arbitrary scripts, with a shrinker that drops and simplifies steps.</summary>
    public static readonly Arbitrary<Script> Arbitrary = Arb.From(All, ScriptShrinker.Shrink);

    /// <summary>A team's id from its running number in the partition of an item.</summary>
    public static long TeamId(long item, long number) => (number << 10) | (long)Book.PartitionOf(item);

    private static long SharingPartitionWith(long item)
    {
        long other = item + 2;
        while (Book.PartitionOf(other) != Book.PartitionOf(item))
        {
            other++;
        }

        return other;
    }

    private static Gen<BookOptions> Terms() =>
        from size in Gen.Elements(2, 2, 3, 3, 5)
        from times in Gen.Elements((86_400_000L, 900_000L), (86_400_000L, 900_000L), (3_000L, 1_000L), (50L, 20L), (20L, 50L), (1L, 1L))
        from rescue in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        select new BookOptions { TeamSize = size, MaxTeamSize = 5, TeamLifeMs = times.Item1, HoldMs = times.Item2, Rescue = rescue };

    private static List<Step> Changed(Command[][] lives, long[] waits, int change, BookOptions terms)
    {
        var steps = lives.Select((l, i) => new Step(StepKind.Do, waits[i] > 0 ? Move.Some : Move.Stay, waits[i], 0, l[0])).ToList();
        BookOptions half = terms with { TeamLifeMs = (terms.TeamLifeMs / 2) + 1 };
        steps.Insert(change, new(StepKind.Restart, Move.Stay, 0, 0, default, half));
        return steps;
    }

    private static Command WithDue(Command c, long due, long paid, int pieces) => c.Operation switch
    {
        Operation.Hold => c with { DueNamed = due >= 0, Due = Math.Max(0, due), Quantity = pieces },
        Operation.Pay => c with { Amount = Math.Max(0, paid), Quantity = 0 },
        _ => c,
    };

    private static Command AtHighPrices(Command c) => c with { Amount = High(c.Amount), Due = High(c.Due) };

    // What scripts pay, 990 fen, becomes nearly 2^63.
    private static long High(long fen) => (long)Int128.Min((Int128)fen << 53, long.MaxValue);

    private static Step Offering(ControlCommand command) => new(StepKind.Control, Move.Stay, 0, 0, default, Control: command);

    private static List<Step> WithOffers(IReadOnlyList<Step> steps, ControlCommand[] offers, int[] places)
    {
        List<Step> all = [.. steps];
        foreach ((ControlCommand offer, int place) in offers.Zip(places))
        {
            all.Insert(place % (all.Count + 1), Offering(offer));
        }

        return all;
    }

    private static Gen<BookOptions> NewTerms(BookOptions terms) =>
        from size in Gen.Elements(terms.TeamSize, terms.TeamSize, 2, 3, 5)
        from life in Gen.Elements(terms.TeamLifeMs, (terms.TeamLifeMs / 2) + 1, (terms.TeamLifeMs / 2) + 1, terms.TeamLifeMs * 2)
        from hold in Gen.Elements(terms.HoldMs, terms.HoldMs * 2)
        from rescue in Gen.Elements(terms.Rescue, terms.Rescue, terms.Rescue, !terms.Rescue)
        select terms with { TeamSize = size, TeamLifeMs = life, HoldMs = hold, Rescue = rescue };

    /// <summary>Lives of some orders, and noise, dealt into one row; each life keeps its own order.</summary>
    private static Gen<Command[]> Interleaved() =>
        from lives in Gen.Frequency((3, Lives.Mixed), (2, Lives.OneItem), (2, Lives.HalfFilled))
        from noise in Gen.Choose(0, 10)
        from others in Gen.ArrayOf(Commands.Any, noise)
        from deal in Gen.ArrayOf(Gen.Choose(0, 1_000), lives.Sum(l => l.Length) + noise)
        select Dealt([.. lives, .. others.Select(o => new[] { o })], deal);

    private static Command[] Dealt(Command[][] rows, int[] deal)
    {
        var waiting = rows.Select(r => new Queue<Command>(r)).ToList();
        var row = new List<Command>();
        foreach (int card in deal.Take(MostSteps))
        {
            // The first lives come somewhat sooner: they open what the later ones join.
            int pick = card % Math.Min(waiting.Count, 4);
            row.Add(waiting[pick].Dequeue());
            waiting.RemoveAll(w => w.Count == 0);
        }

        return [.. row];
    }

    private static Gen<Step> AStep(Command command, BookOptions terms, int haste) =>
        from move in AMove(terms, command.Operation == Operation.Hold ? 4 * haste : haste)
        from step in Gen.Frequency(
            (44, Gen.Constant(new Step(StepKind.Do, move.Move, move.Ms, 0, command))),
            (3, Gen.Constant(new Step(StepKind.DoAtOwnTime, move.Move, move.Ms, 0, command))),
            (2, Gen.Constant(new Step(StepKind.DoWithLateClock, move.Move, move.Ms, 0, command))),
            (3, Gen.Elements(1, 2, 1_000).Select(n => new Step(StepKind.Sweep, move.Move, move.Ms, n, default))),
            (2, NewTerms(terms).Select(t => new Step(StepKind.Restart, move.Move, move.Ms, 0, default, t))))
        select step;

    private static Gen<(Move Move, long Ms)> AMove(BookOptions terms, int haste) => Gen.Frequency(
        (60, Gen.Constant((Move.Stay, 0L))),
        (16, Gen.Constant((Move.Some, 1L))),
        (haste, Gen.Elements(terms.HoldMs - 1, terms.HoldMs, terms.HoldMs + 1, terms.TeamLifeMs / 2).Select(ms => (Move.Some, ms))),
        (1, Gen.Elements(terms.TeamLifeMs - 1, terms.TeamLifeMs, terms.TeamLifeMs * 3).Select(ms => (Move.Some, ms))),
        (haste, Gen.Elements(Move.BeforeDue, Move.AtDue, Move.AtDue, Move.AfterDue).Select(m => (m, 0L))));
}
