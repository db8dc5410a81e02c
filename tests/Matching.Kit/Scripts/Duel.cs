using Matching.Core;
using Matching.Structures;

namespace Matching.Kit;

/// <summary>
/// Plays one script on the book and on a twin and compares them after every step: the answer, what happened, and the state of
/// the item concerned; at the end, and whenever a sweep says that nothing overdue is left, everything.
/// </summary>
public sealed class Duel
{
    private readonly Script _script;
    private readonly ISubject _book;
    private readonly ISubject _twin;
    private readonly Stage _stage;

    private Duel(Script script, ISubject book, ISubject twin)
    {
        _script = script;
        _book = book;
        _twin = twin;
        _stage = new(script, twin);
    }

    /// <summary>Plays the script on the real book and a twin.</summary>
    /// <returns>The first difference, in words; null where they agree.</returns>
    public static string? Difference(Script script, Mutant mutant = Mutant.None, TwinFault fault = TwinFault.None)
    {
        var book = new BookSubject(script.Terms, script.Books);
        return Difference(script, book, new Twin(script.Terms, mutant, fault));
    }

    /// <summary>Plays the script on a book from which everything closed is evicted at every step, and a twin.</summary>
    /// <param name="script">The script.</param>
    /// <param name="fault">Planted in who evicts.</param>
    /// <param name="evicted">Records of evicted families at the end.</param>
    public static string? Difference(Script script, EvictionFault fault, out int evicted)
    {
        var book = BookSubject.Evicting(script.Terms, script.Books, fault);
        string? difference;
        try
        {
            difference = Difference(script, book, new Twin(script.Terms));
        }
        catch (InvariantException e)
        {
            difference = e.Message;
        }

        evicted = book.Evicted;
        return difference;
    }

    /// <summary>Plays the script on two subjects; the second one keeps the time.</summary>
    /// <returns>The first difference, in words; null where they agree.</returns>
    public static string? Difference(Script script, ISubject book, ISubject twin)
    {
        var duel = new Duel(script, book, twin);
        for (int i = 0; i < script.Steps.Count; i++)
        {
            if (duel.Play(script.Steps[i]) is { } difference)
            {
                return $"step {i + 1}, {script.Steps[i]}, at {duel._stage.Now}: {difference}";
            }
        }

        return duel.End() is { } late ? $"at the end, {duel._stage.Now}: {late}" : null;
    }

    private string? Play(Step step)
    {
        _stage.Move(step);
        switch (step.Kind)
        {
            case StepKind.Sweep:
                return Sweep(step.Number);
            case StepKind.Restart:
                _book.Restart(step.NewTerms!, _stage.Now);
                _twin.Restart(step.NewTerms!, _stage.Now);
                return null;
            case StepKind.Control:
                ControlTwin.Said said = _stage.Control(step, _twin);
                ControlTwin.Said decided = _stage.Control(step, _book);
                return decided == said ? null : Compare.Say("answer", decided, said);
            default:
                Answer expected = _stage.Do(step, _twin);
                Answer actual = _stage.Do(step, _book);
                return Compare.Answers(actual, expected) ?? Item(step.Command.Item);
        }
    }

    /// <summary>Everything that is overdue, and then, at one stroke, everything that ever will be.</summary>
    private string? End()
    {
        if (Sweep(int.MaxValue) is { } difference)
        {
            return difference;
        }

        _stage.MoveBeyondAll();
        return Sweep(int.MaxValue);
    }

    private string? Sweep(int items)
    {
        _twin.Sweep(_stage.Now, int.MaxValue);
        if (!_book.Sweep(_stage.Now, items))
        {
            return items == int.MaxValue ? "an unlimited sweep left something overdue" : null;
        }

        return Scripts.Items.Select(Item).FirstOrDefault(d => d is not null)
            ?? Compare.Counts("all", _book.CountAll(), _twin.CountAll())
            ?? Campaigns()
            ?? Compare.Refunds(_book.RefundsOwed(int.MaxValue), _twin.RefundsOwed(int.MaxValue))
            ?? Compare.Oldest(_book.RefundsOwed(3), _twin.RefundsOwed(3))
            ?? Compare.NextDue(_book.NextDue, _twin.NextDue)
            ?? Compare.Numbers("highest order", _book.HighestOrder, _twin.HighestOrder);
    }

    private string? Campaigns() => !_script.HasCampaigns ? null : Enumerable
        .Range(1, Offers.Campaigns)
        .Select(id => Compare.Counts($"campaign {id}", _book.CountCampaign(id), _twin.CountCampaign(id)) ?? Sources(id))
        .Concat(Enumerable.Range(1, Offers.Merchants)
            .Select(id => Compare.Counts($"merchant {id}", _book.CountMerchant(id), _twin.CountMerchant(id))))
        .FirstOrDefault(d => d is not null);

    private string? Sources(long campaign) => Enum.GetValues<Source>()
        .Where(source => _book.CountSource(campaign, source) != _twin.CountSource(campaign, source))
        .Select(source => Compare.Say(
            $"what {source} brought campaign {campaign}", _book.CountSource(campaign, source), _twin.CountSource(campaign, source)))
        .FirstOrDefault();

    private string? Item(long item) => Compare.Events(_book.EventsOf(item), _twin.EventsOf(item)) ?? Orders(item) ?? Teams(item);

    private string? Orders(long item)
    {
        foreach (long order in Scripts.OrderIds)
        {
            OrderView? actual = _book.FindOrder(item, order, _stage.Now);
            OrderView? expected = _twin.FindOrder(item, order, _stage.Now);
            if (actual != expected)
            {
                return Compare.Say("order", actual, expected);
            }
        }

        return Compare.Counts($"item {item}", _book.CountItem(item, _stage.Now), _twin.CountItem(item, _stage.Now));
    }

    private string? Teams(long item)
    {
        for (long number = 1; number <= Scripts.Teams; number++)
        {
            long id = Scripts.TeamId(item, number);
            if (Compare.Teams(_book.FindTeam(item, id, _stage.Now), _twin.FindTeam(item, id, _stage.Now)) is { } difference)
            {
                return difference;
            }
        }

        int take = _script.Steps.Count % 2 == 0 ? int.MaxValue : 2;
        return Compare.Lists("open teams", _book.OpenTeams(item, _stage.Now, take), _twin.OpenTeams(item, _stage.Now, take));
    }
}
