using Matching.Core;
using Matching.Kit;

namespace Matching.Properties.Tests;

/// <summary>A script played on the book alone, to its very end: what was asked, what was answered, what happened.</summary>
internal sealed class Run
{
    private readonly List<(Command Command, Answer Answer)> _answers = [];

    private Run(Script script, Action<Run, Command, Answer> answered)
    {
        Book = new BookSubject(script.Terms, script.Books);
        var stage = new Stage(script, Book);
        foreach (Step step in script.Steps)
        {
            stage.Move(step);
            switch (step.Kind)
            {
                case StepKind.Sweep:
                    Book.Sweep(stage.Now, step.Number);
                    break;
                case StepKind.Restart:
                    Book.Restart(step.NewTerms!, stage.Now);
                    break;
                case StepKind.Control:
                    stage.Control(step, Book);
                    break;
                default:
                    _answers.Add((step.Command, stage.Do(step, Book)));
                    Now = stage.Now;
                    answered(this, step.Command, _answers[^1].Answer);
                    break;
            }
        }

        Now = stage.Now;
    }

    public BookSubject Book { get; }

    public long Now { get; private set; }

    public IReadOnlyList<(Command Command, Answer Answer)> Answers => _answers;

    public static Run Of(Script script) => new(script, static (_, _, _) => { });

    /// <summary>Plays a script, and after each command what its answer makes somebody do.</summary>
    public static Run Of(Script script, Action<Run, Command, Answer> answered) => new(script, answered);

    /// <summary>Every item's events, in order.</summary>
    public IEnumerable<(long Item, IReadOnlyList<Event> Events)> Items => Scripts.Items.Select(item => (item, Book.EventsOf(item)));
}
