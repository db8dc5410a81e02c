using Matching.Core.Campaigns;

namespace Matching.Recording;

/// <summary>
/// The bytes of a recorded campaign command and its answer. Some a second at most, so they are not packed as <see cref="RecordCodec"/>
/// packs joins.
/// <code>
/// byte 0    outcome
/// byte 1    1 ok, 2 repeated
/// byte 2    rule
/// then variable-length numbers: time of the decision, campaign, retry at, length of the command; then the command, as ControlCodec says
/// </code>
/// A refusal's reason in words is not kept: who replays it gets it anew.
/// </summary>
internal static class CampaignCodec
{
    private const int HeadBytes = 3;
    private const int Numbers = 4;
    private const int MaxNumberBytes = 10;

    /// <summary>The most bytes a command takes whose own are these.</summary>
    public static int MaxBytes(byte[] command) => HeadBytes + (Numbers * MaxNumberBytes) + command.Length;

    /// <summary>Writes one.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, byte[] command, in ControlAnswer answer)
    {
        to[0] = (byte)answer.Outcome;
        to[1] = (byte)((answer.Ok ? 1 : 0) | (answer.Repeated ? 2 : 0));
        to[2] = answer.Rule;
        int at = HeadBytes;
        foreach (long number in (ReadOnlySpan<long>)[answer.Now, answer.Campaign, answer.RetryAt, command.Length])
        {
            RecordCodec.Number(ref to[0], ref at, (ulong)number);
        }

        command.CopyTo(to[at..]);
        return at + command.Length;
    }

    /// <summary>Reads one.</summary>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FormatException">These are no campaign command of this version.</exception>
    public static int Read(ReadOnlySpan<byte> from, out ControlCommand command, out ControlAnswer answer)
    {
        if (from.Length < HeadBytes + Numbers)
        {
            throw new FormatException("the campaign command is cut off");
        }

        int at = HeadBytes;
        (long now, long campaign, long retryAt) =
            ((long)RecordCodec.Number(from, ref at), (long)RecordCodec.Number(from, ref at), (long)RecordCodec.Number(from, ref at));
        ulong length = RecordCodec.Number(from, ref at);
        if (length > (ulong)(from.Length - at))
        {
            throw new FormatException($"the campaign command is cut off: it has {from.Length - at} of {length} bytes");
        }

        command = ControlCodec.ReadCommand(from.Slice(at, (int)length), now);
        answer = new ControlAnswer((ControlOutcome)from[0], (from[1] & 1) != 0, (from[1] & 2) != 0, from[2], "", campaign, retryAt, now);
        return at + (int)length;
    }
}
