using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Matching.Core.Campaigns;

/// <summary>
/// The first outcome of every accepted request, by (operation, request id), for ever (R35). Control requests are rare: a
/// million of them cost some 80 MB. What a repeat is compared by is 16 bytes of SHA-256 of the request's fields as they were sent, not the
/// fields themselves, of which the decided ones differ (a start of 0 becomes a time); two different requests will not meet in 16 bytes.
/// </summary>
public sealed partial class RequestLog
{
    private readonly Dictionary<(ControlOperation Operation, long Request), First> _first = [];

    /// <summary>What a repeat of a command is compared by: the fields of its operation, without the request's own time.</summary>
    public static UInt128 FingerprintOf(ControlCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(ControlCodec.BodyOf(CommandFields.Of(command))));
    }

    /// <summary>The outcome that an event tells a repeat of its request.</summary>
    internal static ControlOutcome OutcomeOf(ControlOperation operation) => operation switch
    {
        ControlOperation.PublishCampaign => ControlOutcome.Published,
        ControlOperation.ChangeCampaign => ControlOutcome.Changed,
        ControlOperation.EndCampaign => ControlOutcome.Ended,
        ControlOperation.DeleteCampaign => ControlOutcome.Deleted,
        ControlOperation.RemovePromotion or ControlOperation.RemoveBigDay or ControlOperation.RemoveVenue => ControlOutcome.Removed,
        ControlOperation.ApplyToVenue => ControlOutcome.Applied,
        ControlOperation.WithdrawFromChat or ControlOperation.WithdrawFromVenue => ControlOutcome.Withdrawn,
        _ => ControlOutcome.Registered,
    };

    /// <summary>Whether the request was accepted before, with whatever fields.</summary>
    internal bool TryFind(ControlCommand command, out UInt128 fingerprint, out long campaign)
    {
        bool found = _first.TryGetValue((command.Operation, command.Request), out First first);
        (fingerprint, campaign) = (first.Fingerprint, first.Campaign);
        return found;
    }

    /// <summary>Remembers the request behind an event, if one is.</summary>
    internal void Remember(ControlEvent e)
    {
        if (e.Request != 0)
        {
            _first.Add((e.Operation, e.Request), new First(e.Fingerprint, e.Campaign));
        }
    }

    /// <summary>Adds this part of the state to a hash.</summary>
    internal void AddTo(ref StateHash hash)
    {
        foreach (((ControlOperation operation, long request), First first) in _first)
        {
            hash.Add('R', (long)operation, request, (long)(ulong)first.Fingerprint, (long)(ulong)(first.Fingerprint >> 64), first.Campaign);
        }
    }

    private readonly record struct First(UInt128 Fingerprint, long Campaign);
}
