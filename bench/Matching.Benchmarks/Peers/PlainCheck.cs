using Matching.Core;

namespace Matching.Benchmarks.Peers;

/// <summary>
/// The plain version beside the book on traffic that meets every rule it has: repeats, conflicts, buyers who sit already,
/// prices, deadlines, rescues. Every answer and every byte of every event must be the same, or nothing is compared.
/// </summary>
internal static class PlainCheck
{
    private const int Commands = 300_000;
    private const int Items = 2_000;
    private const long Start = 1_700_000_000_000;

    /// <exception cref="InvalidOperationException">They differ; the message says where.</exception>
    public static void Run(int teamSize)
    {
        var options = new BookOptions { TeamSize = teamSize, TeamLifeMs = 20_000 };
        var book = new Book(options);
        var plain = new PlainBook(options);
        var events = new EventBuffer();
        var random = new Random(20251111);
        var seen = new HashSet<Outcome>();
        long now = Start;
        for (int i = 1; i <= Commands; i++)
        {
            now += random.Next(12);
            Command command = Draw(random, i);
            book.Execute(command, now, out Answer ours);
            Answer theirs = plain.Execute(command, now, events);
            seen.Add(ours.Outcome);
            if (!Same(ours, theirs) || !book.Events.Written.SequenceEqual(events.Written))
            {
                throw new InvalidOperationException(
                    $"command {i} ({command.Item}, {command.Order}): the engine says {Text(ours)}, the plain version {Text(theirs)}");
            }

            book.Events.Clear();
            events.Clear();
        }

        Counts counts = book.CountAll();
        if (counts != plain.CountAll() || seen.Count != teamSize + 2 || counts.TeamsMerged == 0 || counts.TeamsExpired == 0)
        {
            throw new InvalidOperationException(
                $"the engine counts {counts}, the plain version {plain.CountAll()}; outcomes met: {string.Join(", ", seen)}");
        }
    }

    private static Command Draw(Random random, int number)
    {
        long order = random.Next(20) == 0 ? 1 + random.Next(number) : number;
        long item = 1 + (order * 7919 % Items);
        bool priced = random.Next(10) == 0;
        return new Command
        {
            Operation = random.Next(4) == 0 ? Operation.OpenTeam : Operation.QuickJoin,
            Item = item,
            Order = order,
            Buyer = 1 + ((order * 2654435761 >> 16) % 97) + (random.Next(50) == 0 ? 1 : 0),
            Amount = 100 + (order % 100),
            Quantity = 1,
            PriceNamed = priced,
            Price = priced ? random.Next(3) : 0,
        };
    }

    private static bool Same(in Answer a, in Answer b) =>
        a.Outcome == b.Outcome && a.Ok == b.Ok && a.Repeated == b.Repeated && a.Rule == b.Rule && a.SeatsLeft == b.SeatsLeft
        && a.Item == b.Item && a.Order == b.Order && a.Team == b.Team && a.Deadline == b.Deadline && a.Suggest == b.Suggest
            && a.Now == b.Now;

    private static string Text(in Answer a) => $"{a.Outcome} team {a.Team} seats {a.SeatsLeft} deadline {a.Deadline} suggest {a.Suggest}";
}
