using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Matching.Core;
using static Matching.Host.Run.ReplyNames;

namespace Matching.Host.Run;

/// <summary>
/// Writes replies, a line each, into a buffer that the caller empties. A field that does not apply to a reply is left out.
/// One thread at a time.
/// </summary>
internal sealed partial class ReplyWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(128 * 1024);
    private readonly Utf8JsonWriter _json;

    public ReplyWriter() => _json = new Utf8JsonWriter(
        _buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The lines written since the last <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Lines => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Dispose() => _json.Dispose();

    /// <summary>The first line: recovery is done, requests are taken.</summary>
    public void Ready(bool created, long now, long teamsOpen, long recovered)
    {
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteBoolean("ready"u8, true);
        _json.WriteBoolean("created"u8, created);
        _json.WriteNumber(Now, now);
        _json.WriteNumber(TeamsOpen, teamsOpen);
        _json.WriteNumber("recovered"u8, recovered);
        End();
    }

    /// <summary>A line that is no request.</summary>
    public void Bad(ReadOnlySpan<byte> id, string reason)
    {
        Begin(id, ok: false, BadRequest);
        _json.WriteString(Reason, reason);
        End();
    }

    /// <summary>What came of a command.</summary>
    public void Answer(ReadOnlySpan<byte> id, in Answer answer)
    {
        Begin(id, answer.Ok, OutcomeName(answer.Outcome));
        if (answer.Ok)
        {
            Accepted(answer);
        }
        else
        {
            Refused(answer);
        }

        End();
    }

    /// <summary>The manual clock stands at a time.</summary>
    public void Advanced(ReadOnlySpan<byte> id, long now)
    {
        Begin(id, ok: true, ReplyNames.Advanced);
        _json.WriteNumber(Now, now);
        End();
    }

    /// <summary>A view was noted, or counted as lost.</summary>
    public void Noted(ReadOnlySpan<byte> id, bool lost)
    {
        Begin(id, ok: true, ReplyNames.Noted);
        if (lost)
        {
            _json.WriteBoolean(ReplyNames.Lost, true);
        }

        End();
    }

    /// <summary>What came of a line about campaigns.</summary>
    public void Control(ReadOnlySpan<byte> id, bool ok, string outcome, Action<Utf8JsonWriter> rest)
    {
        Begin(id, ok, JsonEncodedText.Encode(outcome));
        rest(_json);
        End();
    }

    private void Accepted(in Answer answer)
    {
        _json.WriteId(Item, answer.Item);
        _json.WriteId(Order, answer.Order);
        if (answer.Team != 0)
        {
            _json.WriteId(Team, answer.Team);
            if (answer.Outcome is Outcome.Opened or Outcome.Joined or Outcome.Formed or Outcome.Held)
            {
                _json.WriteNumber(SeatsLeft, answer.SeatsLeft);
                _json.WriteNumber(Deadline, answer.Deadline);
            }
        }

        if (answer.Outcome == Outcome.Held)
        {
            _json.WriteNumber(Until, answer.Until);
        }

        if (answer.Invite != 0)
        {
            // Always a string: a reader that keeps numbers as doubles would round most of them.
            Span<char> digits = stackalloc char[20];
            answer.Invite.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
            _json.WriteString(Invite, digits[..length]);
        }

        Given(Owed, answer.Owed);
        _json.WriteNumber(Now, answer.Now);
        Flag("repeated"u8, answer.Repeated);
        Flag("rerouted"u8, answer.Rerouted);
    }

    private void Refused(in Answer answer)
    {
        if (answer.Rule != 0)
        {
            Span<char> rule = stackalloc char[4];
            rule[0] = 'R';
            answer.Rule.TryFormat(rule[1..], out int digits);
            _json.WriteString("rule"u8, rule[..(digits + 1)]);
        }

        _json.WriteString(Reason, Words.Reason(answer));
        Given(Team, answer.Team);
        Given(Holding, answer.Holding);
        Given(Suggest, answer.Suggest);
    }

    private void Begin(ReadOnlySpan<byte> id, bool ok, JsonEncodedText outcome)
    {
        _json.Reset();
        _json.WriteStartObject();
        if (!id.IsEmpty)
        {
            _json.WritePropertyName("id"u8);
            _json.WriteRawValue(id, skipInputValidation: true);
        }

        _json.WriteBoolean(Ok, ok);
        _json.WriteString(OutcomeField, outcome);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _buffer.GetSpan(1)[0] = (byte)'\n';
        _buffer.Advance(1);
    }

    /// <summary>Ids, money and times, where 0 says there is none. The latter two never reach what is written as a string.</summary>
    private void Given(JsonEncodedText name, long value)
    {
        if (value != 0)
        {
            _json.WriteId(name, value);
        }
    }

    private void Given(in PaymentId payment)
    {
        if (payment.Text is { } text)
        {
            _json.WriteString(Payment, text);
        }
        else
        {
            Given(Payment, payment.Number);
        }
    }

    private void Flag(JsonEncodedText name, bool value)
    {
        if (value)
        {
            _json.WriteBoolean(name, true);
        }
    }

    private void Flag(ReadOnlySpan<byte> name, bool value)
    {
        if (value)
        {
            _json.WriteBoolean(name, true);
        }
    }
}
