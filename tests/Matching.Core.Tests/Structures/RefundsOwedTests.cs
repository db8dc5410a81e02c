using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Matching.Core.Tests.Structures;

/// <summary>The list of refunds owed (R37), oldest first, as entries come in any order of time and go in any order.</summary>
public sealed class RefundsOwedTests
{
    private const int Items = 60;

    private static readonly Gen<Step> s_steps = Gen.Choose(0, 2)
        .SelectMany(what => Gen.Choose(1, Items).Select(item => new Step(what, item)));

    public sealed record Step(int What, int Item);

    public static Arbitrary<Program<Step>> AnyProgram() => Programs.Of(s_steps, 200);

    [Property(MaxTest = 100, Arbitrary = [typeof(RefundsOwedTests)])]
    public void The_list_agrees_with_a_sorted_one(Program<Step> program) => Run(program.Steps);

    // Several items share each time.
    private static long Opened(long item) => 1_000_000 + (item * 31 % 17);

    // Teams of all items fall due at different times, all of them in the past: reading an item expires its own, so that refunds
    // arise in another order than that of their times.
    private static void Run(Step[] program)
    {
        var book = new Book(new BookOptions { TeamLifeMs = 1000, Rescue = false });
        foreach (int item in Enumerable.Range(1, Items).OrderBy(item => Opened(item)))
        {
            Send(book, new Command { Operation = Operation.OpenTeam, Item = item, Order = 1, Buyer = 1, Quantity = 1, At = Opened(item) });
        }

        var owed = new List<(long Since, long Item)>();
        var seen = new HashSet<long>();
        foreach (Step step in program)
        {
            if (step.What == 0 && owed.Exists(entry => entry.Item == step.Item))
            {
                Send(book, new Command { Operation = Operation.RefundDone, Item = step.Item, Order = 1, At = 9_000_000 });
                owed.RemoveAll(entry => entry.Item == step.Item);
            }
            else if (seen.Add(step.Item))
            {
                book.CountItem(step.Item, 9_000_000);
                owed.Add((Opened(step.Item) + 1000, step.Item));
            }

            var listed = new List<RefundView>();
            book.RefundsOwed(step.Item, listed);
            Assert.Equal(owed.Order().Take(step.Item), listed.Select(view => (view.Since, view.Item)));
        }

        book.Validate();
    }

    [Fact]
    public void A_long_list_is_read_a_page_at_a_time_and_each_acknowledgement_uncovers_the_next()
    {
        const int Many = 100_000;
        var book = new Book(new BookOptions());
        for (int order = 1; order <= Many; order++)
        {
            Send(book, new Command { Operation = Operation.Pay, Item = 1, Order = order, Quantity = 1, At = 1_000_000 + (order / 10) });
            book.Events.Clear();
        }

        for (int order = 1; order <= Many; order++)
        {
            var listed = new List<RefundView>();
            book.RefundsOwed(2, listed);
            Assert.Equal(order, listed[0].Order);
            Assert.Equal(Math.Min(2, Many - order + 1), listed.Count);
            Send(book, new Command { Operation = Operation.RefundDone, Item = 1, Order = order, At = 2_000_000 });
            book.Events.Clear();
        }

        var left = new List<RefundView>();
        book.RefundsOwed(int.MaxValue, left);
        Assert.Empty(left);
    }

    private static void Send(Book book, Command command)
    {
        book.Execute(command, 0, out Answer answer);
        Assert.True(answer.Ok, $"{command.Operation} of item {command.Item}: {answer.Outcome}");
    }
}
