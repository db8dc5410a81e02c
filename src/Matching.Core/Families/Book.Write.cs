using Matching.Core.Families;

namespace Matching.Core;

/// <content>The records of a family that leaves.</content>
public sealed partial class Book
{
    private readonly RecordWriter _record = new();

    /// <returns>Valid until the next one is written.</returns>
    private ReadOnlySpan<byte> WriteFamily(long item, int team, int absorbed, int order, ulong hash)
    {
        long version = FamilyHasDetails(team, order) ? Family.VersionWithDetails : Family.Version;
        int first = team == 0 ? order : _teams[team].FirstMember;
        _record.Clear();
        _record.Put(Family.Whole);
        _record.Put(version);
        _record.Put(item);
        _record.PutHash(hash);
        _record.Put(team == 0 ? 0 : absorbed == 0 ? 1 : 2);
        _record.Put(team == 0 ? 1 : _teams[team].Paid);
        if (team != 0)
        {
            _record.Put(_teams[team].Id);
        }

        if (absorbed != 0)
        {
            _record.Put(_teams[absorbed].Id);
        }

        for (int member = first; member != 0; member = team == 0 ? 0 : _orders[member].NextMember)
        {
            _record.Put(_orders[member].Id);
        }

        if (team != 0)
        {
            WriteTeam(team, first == 0 ? 0 : 1);
        }

        if (absorbed != 0)
        {
            WriteTeam(absorbed, PlaceOf(_teams[absorbed].FirstMember, first));
        }

        for (int member = first; member != 0; member = team == 0 ? 0 : _orders[member].NextMember)
        {
            WriteOrder(member, version);
        }

        return _record.Written;
    }

    private int PlaceOf(int order, int first)
    {
        int place = 1;
        for (; first != order; first = _orders[first].NextMember)
        {
            place++;
        }

        return place;
    }

    private void WriteTeam(int team, int first)
    {
        ref TeamRow row = ref _teams[team];
        new FamilyTeam(row.Id, row.DeadlineMs, row.ClosedAtMs, row.State, row.InviteOnly, InviteOf(team), TermsOf(row.Terms), row.Paid,
            first).Write(_record);
    }

    private bool FamilyHasDetails(int team, int order)
    {
        for (int member = team == 0 ? order : _teams[team].FirstMember; member != 0; member = team == 0 ? 0 : _orders[member].NextMember)
        {
            if (HasDetails(member))
            {
                return true;
            }
        }

        return false;
    }

    private void WriteOrder(int order, long version)
    {
        ref OrderRow row = ref _orders[order];
        _record.Put(row.Buyer);
        _record.Put(row.Amount);
        _record.Put(row.Quantity);
        _record.Put((long)row.State);
        _record.Put((long)row.Request);
        _record.Put((long)row.CreatedBy);
        _record.Put((long)row.First);
        _record.Put((long)row.Flags);
        _record.Put((long)row.Source);
        _record.Put(row.Campaign == 0 ? 0 : _campaigns[row.Campaign].Id);
        _record.Put(IdOf(row.Team));
        _record.Put(row.Team == 0 ? 0 : _teams[row.Team].DeadlineMs);
        _record.Put(row.Hold == 0 ? 0 : 1);
        if (row.Hold != 0)
        {
            WriteHold(row.CreatedBy != Operation.Pay, row.Hold);
        }

        if (version == Family.VersionWithDetails)
        {
            _record.Put(row.Tier);
            _record.Put(MerchantOf(order));
            var fields = new RecordedFields(_record);
            OrderDetails.Fields(ref _holds[row.Side].Details, ref fields);
        }

        int refunds = 0;
        foreach (ref readonly RefundRow _ in _refunds.Of(row.FirstRefund))
        {
            refunds++;
        }

        _record.Put(refunds);
        foreach (ref readonly RefundRow done in _refunds.Of(row.FirstRefund))
        {
            _record.Put(done.Amount);
            _record.Put(done.SinceMs);
            _record.Put(_payments.KeyOf(done.Payment));
            _record.Put((long)done.Cause);
        }
    }

    // Money of an unknown order has a hold's row, and no terms were ever promised for it.
    private void WriteHold(bool promised, int hold)
    {
        ref HoldRow row = ref _holds[hold];
        new FamilyHold(
            row.UntilMs, _payments.KeyOf(row.Payment), promised ? TermsOf(row.Terms) : null, IdOf(row.FirstTeam),
                row.FirstTeam == 0 ? 0 : _teams[row.FirstTeam].DeadlineMs,
            row.OpenNew, row.Rerouted, row.Paid).Write(_record);
    }

    private readonly struct RecordedFields(RecordWriter to) : IFields
    {
        public void Field(ref long value) => to.Put(value);
    }

    private FamilyTerms TermsOf(int slot)
    {
        FrozenTerms terms = _terms[slot];
        return new FamilyTerms(
            terms.Size, terms.Price, terms.LifeMs, terms.Rescue, terms.Campaign == 0 ? 0 : _campaigns[terms.Campaign].Id, terms.Version);
    }
}
