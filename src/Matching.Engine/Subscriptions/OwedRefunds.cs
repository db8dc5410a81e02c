using Matching.Core;
using Matching.Storage;

namespace Matching.Engine.Subscriptions;

/// <summary>
/// The refunds owed as one consumer sees them: which to deliver next. Begun from the state and kept by the journal, so each
/// step costs the log of what is owed, however many are owed and however many fail.
/// </summary>
internal sealed class OwedRefunds(TimeProvider timeProvider, TimeSpan retry)
{
    private readonly HashSet<Entry> _owed = [];
    private readonly PriorityQueue<RefundView, (long Since, long Item, long Order)> _fresh = new();
    private readonly Queue<(RefundView Refund, long DeliveredAt)> _delivered = new();
    private bool _retriedLast;

    /// <summary>How long until the next one comes again; infinite when none waits for that.</summary>
    public TimeSpan UntilRetry
    {
        get
        {
            if (!_delivered.TryPeek(out (RefundView Refund, long DeliveredAt) next))
            {
                return Timeout.InfiniteTimeSpan;
            }

            TimeSpan left = retry - timeProvider.GetElapsedTime(next.DeliveredAt);
            return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>Takes in what the state lists: nothing else is owed. What was delivered waits for its time as before.</summary>
    public void List(IReadOnlyList<RefundView> all)
    {
        _owed.IntersectWith(all.Select(refund => EntryOf(refund)));
        foreach (RefundView refund in all)
        {
            Add(refund);
        }
    }

    /// <summary>Takes in what was journaled since; false where some of that is deleted already.</summary>
    public bool TryCatchUp(JournalCursor follower)
    {
        try
        {
            while (follower.TryReadBlock(out long sequence, out int count, out ReadOnlyMemory<byte> events))
            {
                for (int i = 0; i < count; i++)
                {
                    Apply(Recovery.Read(ref events, sequence + i, out _));
                }
            }

            return true;
        }
        catch (EventsGoneException)
        {
            return false;
        }
    }

    /// <summary>The next to deliver. Those due again and new ones take turns: neither starves the other.</summary>
    public bool TryTake(out RefundView refund)
    {
        bool found = _retriedLast
            ? TryTakeFresh(out refund) || TryTakeAgain(out refund)
            : TryTakeAgain(out refund) || TryTakeFresh(out refund);
        if (found)
        {
            _delivered.Enqueue((refund, timeProvider.GetTimestamp()));
        }

        return found;
    }

    private void Apply(in Event e)
    {
        if (e.Kind == EventKind.RefundOwed)
        {
            Add(new RefundView(e.Item, e.Order, e.Buyer, e.Cause, e.Payment, e.Amount, e.At));
        }
        else if (e.Kind == EventKind.RefundDone)
        {
            _owed.Remove(new Entry(e.Item, e.Order, e.Cause, e.Payment));
        }
    }

    private void Add(in RefundView refund)
    {
        if (_owed.Add(EntryOf(refund)))
        {
            _fresh.Enqueue(refund, (refund.Since, refund.Item, refund.Order));
        }
    }

    private bool TryTakeFresh(out RefundView refund)
    {
        _retriedLast = false;
        while (_fresh.TryDequeue(out refund, out _))
        {
            if (_owed.Contains(EntryOf(refund)))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryTakeAgain(out RefundView refund)
    {
        _retriedLast = true;
        while (_delivered.TryPeek(out (RefundView Refund, long DeliveredAt) next)
            && (timeProvider.GetElapsedTime(next.DeliveredAt) >= retry || !_owed.Contains(EntryOf(next.Refund))))
        {
            refund = _delivered.Dequeue().Refund;
            if (_owed.Contains(EntryOf(refund)))
            {
                return true;
            }
        }

        refund = default;
        return false;
    }

    private static Entry EntryOf(in RefundView refund) => new(refund.Item, refund.Order, refund.Cause, refund.Payment);

    private readonly record struct Entry(long Item, long Order, RefundCause Cause, PaymentId Payment);
}
