using System.Text.Json;
using System.Text.RegularExpressions;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Host.Run.Campaigns;

/// <summary>
/// A line about campaigns, understood. It is a barrier, as <c>advance</c> is: what was read before it is answered first, and what
/// is read behind it is decided by it. That is the order read, across items and the one loop that decides about campaigns.
/// </summary>
internal sealed partial class ControlLine
{
    private readonly ControlCommand? _command;
    private readonly ControlReads.Read? _read;

    private ControlLine(ControlCommand command) => _command = command;

    private ControlLine(ControlReads.Read read) => _read = read;

    /// <summary>The words of these operations, for a refusal.</summary>
    public static string Words { get; } = string.Join(", ", ControlCommands.All.Keys.Concat(ControlReads.All.Keys));

    /// <summary>Understands a line that is a JSON object.</summary>
    /// <param name="op">Its operation.</param>
    /// <param name="line">Its bytes.</param>
    /// <param name="problem">Why it is no request; null for a good one.</param>
    /// <returns>Null when the operation is none of these, or the line is wrong.</returns>
    public static ControlLine? Parse(string op, ReadOnlySpan<byte> line, out string? problem)
    {
        problem = null;
        bool isCommand = ControlCommands.All.TryGetValue(op, out Func<LineFields, ControlCommand>? command);
        if (!isCommand && !ControlReads.All.ContainsKey(op))
        {
            return null;
        }

        var reader = new Utf8JsonReader(line);
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        var fields = new LineFields(document.RootElement);
        try
        {
            ControlLine parsed = isCommand ? new(command!(fields)) : new(ControlReads.All[op](fields));
            problem = fields.Problem is null ? null : $"{op}: {fields.Problem}";
            return problem is null ? parsed : null;
        }
        catch (InvalidOperationException e)
        {
            // JSON may escape half a surrogate pair; no string holds that.
            problem = $"{op}: a text in the line is not Unicode: {e.Message}";
            return null;
        }
    }

    /// <summary>Asks the engine.</summary>
    /// <returns>Whether it took effect, the outcome's word, and what writes the reply's other fields.</returns>
    /// <exception cref="ArgumentException">A number is out of the range of its rule; nothing changed.</exception>
    public async Task<(bool Ok, string Outcome, Action<Utf8JsonWriter> Write)> RunAsync(MatchingEngine engine)
    {
        if (_read is not null)
        {
            (string outcome, Action<Utf8JsonWriter> rest) = await _read(engine).ConfigureAwait(false);
            return (!string.Equals(outcome, ControlReads.Unknown, StringComparison.Ordinal), outcome, json =>
            {
                rest(json);
                json.WriteNumber("now", engine.Now);
            }
            );
        }

        ControlAnswer answer = await engine.ControlAsync(_command!).ConfigureAwait(false);
        return (answer.Ok, answer.Outcome.ToString(), json => Write(json, answer));
    }

    [GeneratedRegex(@"\b(?<name>start|end|warmUp|groupPrice|leaderPrice|soloPrice|quota|perBuyer|perOrder)(Ms|Fen|Seats|Pieces)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FieldWithUnit();

    private static void Write(Utf8JsonWriter json, ControlAnswer answer)
    {
        if (!answer.Ok && answer.Rule != 0)
        {
            json.WriteString("rule", $"R{answer.Rule}");
        }

        if (!answer.Ok)
        {
            // The library names its own fields, with their units; the caller wrote the line's.
            json.WriteString("reason", FieldWithUnit().Replace(answer.Reason, "${name}"));
        }

        if (answer.Campaign != 0)
        {
            json.WriteId("campaign", answer.Campaign);
        }

        if (answer.RetryAt != 0)
        {
            json.WriteNumber("retryAt", answer.RetryAt);
        }

        json.WriteNumber("now", answer.Now);
        if (answer.Repeated)
        {
            json.WriteBoolean("repeated", value: true);
        }
    }
}
