using System.Globalization;
using System.Text;
using System.Text.Json;
using Matching.Core;
using Matching.Host.Cli;
using Matching.Host.Verify;
using Matching.Storage;

namespace Matching.Host.Inspect;

/// <summary>Prints the events of one order or team, in their order, reading everything that is kept.</summary>
internal static class EventListing
{
    /// <summary>Prints.</summary>
    /// <returns>The exit code: failed when there is none.</returns>
    public static int Show(ReadOnlyJournal journal, long item, long order, long team, bool json)
    {
        HashSet<long> orders = order == 0 ? [] : [order];
        HashSet<long> teams = team == 0 ? [] : [team];
        bool widen = order != 0;
        long shown = 0;
        if (journal.FirstSequence > 0)
        {
            Screen.Note($"events before {journal.FirstSequence} are deleted; what happened then is not shown");
        }

        JournalWalk.Run(
            journal,
            journal.FirstSequence,
            new Meter("reading", null),
            (long sequence, in Event e, ReadOnlySpan<byte> _) =>
            {
                if (e.Item != item || !(orders.Contains(e.Order) || teams.Contains(e.Team) || teams.Contains(e.OtherTeam)))
                {
                    return;
                }

                // An order brings the teams it sits in; a team brings its orders, whose later events name the order alone.
                (HashSet<long> more, long id) = widen ? (teams, orders.Contains(e.Order) ? e.Team : 0)
                    : (orders, teams.Contains(e.Team) ? e.Order : 0);
                if (id != 0)
                {
                    more.Add(id);
                }

                shown++;
                Console.Out.WriteLine(json ? Line(sequence, e) : Text(sequence, e));
            },
            static (_, _) => { },
            static _ => { });
        if (shown == 0)
        {
            Screen.Note(
                order != 0 ? $"item {item} has no order {order} in what is kept" : $"item {item} has no team {team} in what is kept");
        }

        return shown > 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string Text(long sequence, in Event e)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{sequence,12}  {Words.Time(e.At)}  {e.Kind}");
        foreach ((string name, object value) in Fields(e))
        {
            text.Append(CultureInfo.InvariantCulture, $" {name} {value}");
        }

        return text.ToString();
    }

    private static string Line(long sequence, in Event e)
    {
        using var bytes = new MemoryStream();
        using (var line = new Utf8JsonWriter(bytes))
        {
            line.WriteStartObject();
            line.WriteNumber("sequence", sequence);
            line.WriteString("kind", e.Kind.ToString());
            line.WriteNumber("at", e.At);
            foreach ((string name, object value) in Fields(e))
            {
                if (value is long number)
                {
                    // Times, prices and flags never reach what is written as a string.
                    line.WriteId(name, number);
                }
                else
                {
                    line.WriteString(name, value.ToString());
                }
            }

            line.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static List<(string Name, object Value)> Fields(in Event e)
    {
        List<(string Name, object Value)> fields = [];
        ReadOnlySpan<(string Name, long Value)> numbers =
        [
            ("item", e.Item), ("order", e.Order), ("buyer", e.Buyer), ("team", e.Team), ("otherTeam", e.OtherTeam),
                ("deadline", e.Deadline),
            ("size", e.Size), ("price", e.Price), ("amount", e.Amount), ("quantity", e.Quantity), ("payment", e.Payment.Number),
                ("lifeMs", e.LifeMs),
            ("campaign", e.Campaign), ("termsVersion", e.TermsVersion), ("inviteOnly", e.InviteOnly ? 1 : 0), ("invite", e.Invite),
            ("openNew", e.OpenNew ? 1 : 0),
            ("rerouted", e.Rerouted ? 1 : 0), ("newBuyer", e.NewBuyer ? 1 : 0), ("noRescue", e.NoRescue ? 1 : 0),
            ("sharer", e.Sharer), ("merchant", e.Merchant), ("tier", e.Tier),
        ];
        foreach ((string name, long value) in numbers)
        {
            if (value != 0)
            {
                fields.Add((name, value));
            }
        }

        if (e.Payment.Text is { } payment)
        {
            fields.Add(("payment", payment));
        }

        if (e.DueNamed)
        {
            fields.Add(("due", e.Due));
        }

        ReadOnlySpan<(string Name, string Value, bool Given)> words =
        [
            ("via", e.Via.ToString(), e.Via != default), ("cause", e.Cause.ToString(), e.Cause != default),
                ("source", e.Source.ToString(), e.Source != default),
        ];
        foreach ((string name, string value, bool given) in words)
        {
            if (given)
            {
                fields.Add((name, value));
            }
        }

        return fields;
    }
}
