using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Matching.Core;
using Matching.Core.Campaigns;

namespace Matching.Recording;

/// <summary>
/// The bytes of a recorded command and its answer: 6 of head, then those fields that are not 0 as variable-length numbers,
/// about 30 bytes a join.
/// <code>
/// byte 0    operation (low nibble); 0x10 invite only, 0x20 open new, 0x40 price named, 0x80 by key
/// byte 1-2  mask of the command: 0 buyer · 1 team · 2 price · 3 amount · 4 payment · 5 quantity · 6 size · 7 source · 8 cause · 9 buyer's standing and tier · 10 due, and one · 11 sharer · 12 a payment that is a text: its length in 1 byte, and UTF-8 · 13 invite
/// byte 3    outcome
/// byte 4-5  mask of the answer: 0 ok · 1 repeated · 2 rerouted · 3 rule · 4 why · 5 seats left · 6 team · 7 deadline · 8 until · 9 suggest · 10 owed · 11 holding · 12 invite
/// then ms since the command before it in the block, item, order, the command's fields, the answer's; deadline and until count from the
/// decision
/// </code>
/// Variable widths, unlike the journal's: a recording is read back once in a while, and its size is what costs.
/// </summary>
internal static class RecordCodec
{
    /// <summary>The most bytes one command takes.</summary>
    public const int MaxBytes = 6 + (3 * 10) + (14 * 10) + (10 * 10) + PaymentId.MaxBytes;

    private const int KnownCommandMask = (1 << 14) - 1;
    private const int KnownAnswerMask = (1 << 13) - 1;

    /// <summary>Writes one.</summary>
    /// <param name="to">At least <see cref="MaxBytes"/> long.</param>
    /// <param name="command">The command.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="beforeMs">The time of the command before it; not after this one's.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, in Command command, in Answer answer, long beforeMs)
    {
        ref byte start = ref to[0];
        _ = to[MaxBytes - 1];
        int at = 6, asked = 0, said = 0;
        Number(ref start, ref at, (ulong)(answer.Now - beforeMs));
        Number(ref start, ref at, (ulong)command.Item);
        Number(ref start, ref at, (ulong)command.Order);
        Put(ref start, ref at, ref asked, 0, (ulong)command.Buyer);
        Put(ref start, ref at, ref asked, 1, (ulong)command.Team);
        Put(ref start, ref at, ref asked, 2, (ulong)command.Price);
        Put(ref start, ref at, ref asked, 3, (ulong)command.Amount);
        Put(ref start, ref at, ref asked, 4, (ulong)command.Payment.Number);
        Put(ref start, ref at, ref asked, 5, (ulong)(command.Quantity - UsualQuantity(command.Operation)));
        Put(ref start, ref at, ref asked, 6, command.Size);
        Put(ref start, ref at, ref asked, 7, (ulong)command.Source);
        Put(ref start, ref at, ref asked, 8, (ulong)command.Cause);
        Put(ref start, ref at, ref asked, 9, ((ulong)command.BuyerFacts.Standing << 8) | command.BuyerFacts.Tier);
        Put(ref start, ref at, ref asked, 10, command.DueNamed ? (ulong)command.Due + 1 : 0);
        Put(ref start, ref at, ref asked, 11, (ulong)command.Sharer);
        if (command.Payment.Text is not null)
        {
            int bytes = command.Payment.WriteText(to[(at + 1)..]);
            to[at] = (byte)bytes;
            at += 1 + bytes;
            asked |= 1 << 12;
        }

        Put(ref start, ref at, ref asked, 13, (ulong)command.Invite);

        said = (answer.Ok ? 1 : 0) | (answer.Repeated ? 2 : 0) | (answer.Rerouted ? 4 : 0);
        Put(ref start, ref at, ref said, 3, answer.Rule);
        Put(ref start, ref at, ref said, 4, (ulong)answer.Why);
        Put(ref start, ref at, ref said, 5, (ulong)(uint)answer.SeatsLeft);
        Put(ref start, ref at, ref said, 6, (ulong)answer.Team);
        PutTime(ref start, ref at, ref said, 7, answer.Deadline, answer.Now);
        PutTime(ref start, ref at, ref said, 8, answer.Until, answer.Now);
        Put(ref start, ref at, ref said, 9, (ulong)answer.Suggest);
        Put(ref start, ref at, ref said, 10, (ulong)answer.Owed);
        Put(ref start, ref at, ref said, 11, (ulong)answer.Holding);
        Put(ref start, ref at, ref said, 12, (ulong)answer.Invite);
        start = (byte)((int)command.Operation
            | (command.InviteOnly ? 0x10 : 0) | (command.OpenNew ? 0x20 : 0) | (command.PriceNamed ? 0x40 : 0) | (
                command.ByKey ? 0x80 : 0));
        Unsafe.Add(ref start, 3) = (byte)answer.Outcome;
        BinaryPrimitives.WriteUInt16LittleEndian(to[1..], (ushort)asked);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)said);
        return at;
    }

    /// <summary>Reads one.</summary>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FormatException">These are no command of this version.</exception>
    public static int Read(ReadOnlySpan<byte> from, long beforeMs, out Command command, out Answer answer)
    {
        if (from.Length < 9 || (from[0] & 0xF) is 0 or > (int)Operation.RefundDone)
        {
            throw new FormatException($"no recorded command begins with the byte {(from.IsEmpty ? 0 : from[0])}");
        }

        int asked = BinaryPrimitives.ReadUInt16LittleEndian(from[1..]);
        int said = BinaryPrimitives.ReadUInt16LittleEndian(from[4..]);
        if ((asked & ~KnownCommandMask) != 0 || (said & ~KnownAnswerMask) != 0)
        {
            throw new FormatException($"fields 0x{asked:X} and 0x{said:X} are not all known to this version");
        }

        int at = 6;
        command = default;
        answer = default;
        answer.Now = command.At = beforeMs + (long)Number(from, ref at);
        answer.Item = command.Item = (long)Number(from, ref at);
        answer.Order = command.Order = (long)Number(from, ref at);
        command.Operation = (Operation)(from[0] & 0xF);
        command.InviteOnly = (from[0] & 0x10) != 0;
        command.OpenNew = (from[0] & 0x20) != 0;
        command.PriceNamed = (from[0] & 0x40) != 0;
        command.ByKey = (from[0] & 0x80) != 0;
        command.Buyer = Take(from, ref at, asked, 0);
        command.Team = Take(from, ref at, asked, 1);
        command.Price = Take(from, ref at, asked, 2);
        command.Amount = Take(from, ref at, asked, 3);
        command.Payment = Take(from, ref at, asked, 4);
        command.Quantity = (int)Take(from, ref at, asked, 5) + UsualQuantity(command.Operation);
        command.Size = (ushort)Take(from, ref at, asked, 6);
        command.Source = (Source)Take(from, ref at, asked, 7);
        command.Cause = (RefundCause)Take(from, ref at, asked, 8);
        long facts = Take(from, ref at, asked, 9);
        command.BuyerFacts = new BuyerFacts((BuyerStanding)(facts >> 8), (byte)facts);
        long due = Take(from, ref at, asked, 10);
        command.DueNamed = due != 0;
        command.Due = Math.Max(0, due - 1);
        command.Sharer = Take(from, ref at, asked, 11);
        if (Take(from, ref at, asked, 12) is > 0 and var bytes)
        {
            command.Payment = bytes <= from.Length - at ? PaymentId.ReadText(from.Slice(at, (int)bytes))
                : throw new FormatException("the command ends in the middle of a payment");
            at += (int)bytes;
        }

        command.Invite = Take(from, ref at, asked, 13);

        answer.Outcome = (Outcome)from[3];
        answer.Ok = (said & 1) != 0;
        answer.Repeated = (said & 2) != 0;
        answer.Rerouted = (said & 4) != 0;
        answer.Rule = (byte)Take(from, ref at, said, 3);
        answer.Why = (Why)Take(from, ref at, said, 4);
        answer.SeatsLeft = (int)Take(from, ref at, said, 5);
        answer.Team = Take(from, ref at, said, 6);
        answer.Deadline = TakeTime(from, ref at, said, 7, answer.Now);
        answer.Until = TakeTime(from, ref at, said, 8, answer.Now);
        answer.Suggest = Take(from, ref at, said, 9);
        answer.Owed = Take(from, ref at, said, 10);
        answer.Holding = Take(from, ref at, said, 11);
        answer.Invite = Take(from, ref at, said, 12);
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref byte start, ref int at, ref int mask, int bit, ulong value)
    {
        if (value != 0)
        {
            mask |= 1 << bit;
            Number(ref start, ref at, value);
        }
    }

    // A payment mostly names no pieces; everything else has at least one.
    private static int UsualQuantity(Operation operation) => operation == Operation.Pay ? 0 : 1;

    // A deadline may lie before the decision: an expired team's. So the sign goes into the lowest bit.
    private static void PutTime(ref byte start, ref int at, ref int mask, int bit, long time, long now)
    {
        if (time != 0)
        {
            mask |= 1 << bit;
            long ahead = time - now;
            Number(ref start, ref at, (ulong)((ahead << 1) ^ (ahead >> 63)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Number(ref byte start, ref int at, ulong value)
    {
        while (value >= 0x80)
        {
            Unsafe.Add(ref start, at++) = (byte)(value | 0x80);
            value >>= 7;
        }

        Unsafe.Add(ref start, at++) = (byte)value;
    }

    private static long Take(ReadOnlySpan<byte> from, ref int at, int mask, int bit) =>
        (mask & (1 << bit)) == 0 ? 0 : (long)Number(from, ref at);

    private static long TakeTime(ReadOnlySpan<byte> from, ref int at, int mask, int bit, long now)
    {
        if ((mask & (1 << bit)) == 0)
        {
            return 0;
        }

        ulong ahead = Number(from, ref at);
        return now + ((long)(ahead >> 1) ^ -(long)(ahead & 1));
    }

    internal static ulong Number(ReadOnlySpan<byte> from, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= from.Length)
            {
                throw new FormatException("the command ends in the middle of a number");
            }

            byte next = from[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("a number of the command is too long");
    }
}
