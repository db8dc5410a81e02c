using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Matching.Core.Tests.Rules;

/// <summary>R35, R37: a payment is known by its own id, a number or a text, and that comes back as it came.</summary>
public sealed class PaymentIdTests
{
    private const string Long = "20261129220014912345678901234567";

    private static readonly Gen<char> s_letter = Gen.Frequency(
        (4, Gen.Choose('0', '9').Select(c => (char)c)), (3, Gen.Choose(32, 126).Select(c => (char)c)),
            (1, Gen.Elements('支', '付', 'é', 'Ω', '\uFFFD', '"', '\\', ':')));

    private static readonly Gen<string> s_texts =
        from length in Gen.Choose(1, 22)
        from letters in Gen.ArrayOf(s_letter, length)
        from lead in Gen.Elements("", "", "0", "9223372036854775807", "9223372036854775808")
        select (lead + new string(letters))[..Math.Min(21, lead.Length + length)];

    public static Arbitrary<string> Texts() => Arb.From(s_texts.Where(text => !string.Equals(text, "0", StringComparison.Ordinal)));

    /// <summary>As it came, in JSON, in a refund's key, in an event; and a text that is a number's digits is the number.</summary>
    [Property(MaxTest = 2_000, Arbitrary = [typeof(PaymentIdTests)])]
    public void What_came_comes_back_whatever_it_is(string text)
    {
        PaymentId payment = PaymentId.Parse(text);
        Assert.Equal(text, payment.ToString());
        bool isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && text[0] != '0';
        Assert.Equal(isNumber ? number : 0, payment.Number);
        Assert.Equal(isNumber ? null : text, payment.Text);
        Assert.Equal(!isNumber, PaymentKey.Of(payment).IsText);

        string json = JsonSerializer.Serialize(payment);
        Assert.Equal(payment, JsonSerializer.Deserialize<PaymentId>(json));
        Assert.Equal(payment, JsonSerializer.Deserialize<PaymentId>(JsonSerializer.Serialize(text)));
        Assert.Equal(isNumber && number <= BookOptions.MaxExact ? JsonValueKind.Number : JsonValueKind.String,
            JsonDocument.Parse(json).RootElement.ValueKind);

        var command = new Command { Operation = Operation.RefundDone, Item = 3, Order = 7 };
        RefundKey.Name(ref command, new RefundView(3, 7, 1, RefundCause.SecondPayment, payment, 5, 6).Key);
        Assert.Equal((RefundCause.SecondPayment, payment), (command.Cause, command.Payment));

        byte[] bytes = new byte[EventCodec.MaxBytes];
        int length = EventCodec.Write(bytes, new Event { Kind = EventKind.RefundOwed, Item = 3, Order = 7, Payment = payment, Tier = 2 });
        Assert.Equal(length, EventCodec.Read(bytes, out Event read));
        Assert.Equal(payment, read.Payment);
    }

    [Fact]
    public void Seven_is_one_payment_however_it_is_sent_and_none_is_none()
    {
        Assert.Equal((PaymentId)7, PaymentId.Parse("7"));
        Assert.NotEqual((PaymentId)7, PaymentId.Parse("07"));
        Assert.Equal(default, (PaymentId)0);
        Assert.True(((PaymentId)0).IsNone);
        Assert.Equal("[7,7]", JsonSerializer.Serialize(JsonSerializer.Deserialize<PaymentId[]>("[7,\"7\"]")));
    }

    [Fact]
    public void A_text_has_1_to_64_bytes_of_UTF8_and_no_control_character()
    {
        Assert.Equal(64, Encoding.UTF8.GetByteCount(PaymentId.Parse(new string('付', 21) + "x").Text!));
        foreach (string wrong in (string[])[
            "", "0", "a\nb", "\0", "\u007f", "a\u0085", "\ud800", "x\udc00", new string('x', 65), new string('付', 22)])
        {
            Assert.False(PaymentId.TryParse(wrong, out PaymentId payment));
            Assert.True(payment.IsNone);
            Assert.Contains("a text of 1 to 64 bytes without control characters (R35)",
                Assert.Throws<ArgumentException>(() => PaymentId.Parse(wrong)).Message, StringComparison.Ordinal);
        }

        Assert.False(PaymentId.TryParse(null, out _));
        foreach (string wrong in (string[])["0", "-1", "1.5", "null", "true", "[]", "\"\"", "\"0\"", "\"\\u0007\"", "9223372036854775808"])
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PaymentId>(wrong));
        }
    }

    [Fact]
    public void A_payment_with_a_text_is_repeated_by_it_and_one_with_another_text_is_owed_back_by_that()
    {
        var desk = new Desk();
        desk.Open(1, 11);
        desk.Hold(2, 12);
        Assert.Equal((Outcome.Formed, false), Said(desk.Pay(12, PaymentId.Parse(Long), 900)));
        Assert.Equal((Outcome.Formed, true), Said(desk.Pay(12, PaymentId.Parse(Long), 900)));
        Assert.Equal((Outcome.Formed, true), Said(desk.Pay(12)));

        // One letter more, one less, and a number: payments of their own.
        PaymentId[] others = [PaymentId.Parse(Long + "8"), PaymentId.Parse(Long[..^1]), PaymentId.Parse("wx:支付:7"), 7];
        Assert.All(others, other => Assert.Equal((Outcome.RefundOwed, false), Said(desk.Pay(12, other, 900))));
        Assert.All(others, other => Assert.Equal((Outcome.RefundOwed, true), Said(desk.Pay(12, other, 900))));
        Assert.Equal(others, desk.Owed.Select(refund => refund.Payment));
        Assert.Equal("7:12:secondPayment:wx:支付:7", desk.Owed[2].Key);

        RefundView[] owed = [.. desk.Owed];
        Assert.All(owed, refund => Assert.Equal((Outcome.Refunded, false), Said(desk.Done(12, refund.Key))));
        Assert.All(owed, refund => Assert.Equal((Outcome.Refunded, true), Said(desk.Done(12, refund.Key))));
        Assert.Equal(Outcome.NotOwed, desk.Done(12, "7:12:secondPayment:wx:支付:8").Outcome);

        // Acknowledged, they are still known: neither is taken for new.
        Assert.All(others, other => Assert.Equal((Outcome.RefundOwed, true), Said(desk.Pay(12, other, 900))));
        Assert.Empty(desk.Owed);
    }

    [Fact]
    public void A_late_and_an_unknown_payment_go_back_by_their_texts()
    {
        var desk = new Desk();
        desk.Pay(11, PaymentId.Parse("unknown-1"), 500);
        desk.Open(1, 12);
        desk.Hold(2, 13);
        desk.Now += Desk.HoldMs;
        desk.Open(2, 14);
        desk.Pay(13, PaymentId.Parse("late-1"), 600);
        Assert.Equal("unknown-1 late-1", string.Join(' ', desk.Owed.Select(refund => refund.Payment.Text)));
        Assert.Equal((Outcome.RefundOwed, true), Said(desk.Pay(13, PaymentId.Parse("late-1"), 600)));
        Assert.Equal((Outcome.RefundOwed, true), Said(desk.Pay(11, PaymentId.Parse("unknown-1"), 500)));
        Assert.Equal((Outcome.Refunded, false),
            Said(desk.Do(new Command { Operation = Operation.RefundDone, Order = 13, Payment = PaymentId.Parse("late-1") })));
        Assert.Equal((Outcome.Refunded, true),
            Said(desk.Do(new Command { Operation = Operation.RefundDone, Order = 13, Payment = PaymentId.Parse("late-1") })));
        Assert.Equal(Outcome.NotOwed,
            desk.Do(new Command { Operation = Operation.RefundDone, Order = 13, Payment = PaymentId.Parse("late-2") }).Outcome);
    }

    /// <summary>Sixteen bytes of SHA-256: told apart by every one of them, or a second payment would be taken for the first.</summary>
    [Fact]
    public void Texts_are_compared_by_sixteen_bytes()
    {
        UInt128 hash = PaymentKey.Of(PaymentId.Parse(Long)).Hash;
        // Snapshots hold it: another hash would make strangers of known payments. Computed apart, in Python.
        Assert.Equal(UInt128.Parse("BB0DA4B58272C8592CBFF4353763515E", NumberStyles.HexNumber, CultureInfo.InvariantCulture), hash);
        var kept = new PaymentTexts();
        long one = kept.Keep(new PaymentKey(0, hash));
        for (int bit = 0; bit < 128; bit++)
        {
            Assert.False(kept.Is(one, new PaymentKey(0, hash ^ (UInt128.One << bit))));
        }

        Assert.True(kept.Is(one, PaymentKey.Of(PaymentId.Parse(Long))));
    }

    private static (Outcome Outcome, bool Repeated) Said(in Answer answer) => (answer.Outcome, answer.Repeated);
}
