namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
public sealed partial class RequestLog
{
    internal void Save(StateWriter to)
    {
        to.Put(_first.Count);
        foreach (((ControlOperation operation, long request), First first) in _first.OrderBy(entry => entry.Key))
        {
            to.Put((long)operation, request, (long)(ulong)first.Fingerprint, (long)(ulong)(first.Fingerprint >> 64), first.Campaign);
        }
    }

    internal void Load(ref StateReader from)
    {
        for (int requests = from.TakeInt(); requests > 0; requests--)
        {
            (ControlOperation, long) key = ((ControlOperation)from.Take(), from.Take());
            (ulong low, ulong high) = ((ulong)from.Take(), (ulong)from.Take());
            _first.Add(key, new First(new UInt128(high, low), from.Take()));
        }
    }
}
