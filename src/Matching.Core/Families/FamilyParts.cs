using Matching.Core.Families;

namespace Matching.Core;

/// <summary>Terms as a record has them: the campaign by its id.</summary>
internal readonly record struct FamilyTerms(int Size, long Price, long LifeMs, bool Rescue, long Campaign, int Version)
{
    public static FamilyTerms Read(ref RecordReader from) =>
        new(from.GetInt(), from.Get(), from.Get(), from.Get() != 0, from.Get(), from.GetInt());

    public void Write(RecordWriter to)
    {
        to.Put(Size);
        to.Put(Price);
        to.Put(LifeMs);
        to.Put(Rescue ? 1 : 0);
        to.Put(Campaign);
        to.Put(Version);
    }
}

/// <summary>A closed team. <c>First</c> is the place of its first member among the family's orders, from 1; 0 for none.</summary>
internal readonly record struct FamilyTeam(
    long Id, long DeadlineMs, long ClosedAtMs, TeamState State, bool InviteOnly, long Invite, FamilyTerms Terms, int Paid, int First)
{
    public static FamilyTeam Read(ref RecordReader from, long id)
    {
        (long deadlineMs, long closedAtMs, var state) = (from.Get(), from.Get(), (TeamState)from.Get());

        // 0 for a public team, 1 for one without an invite, else the invite's complement.
        long invite = from.Get();
        return new(id, deadlineMs, closedAtMs, state, invite != 0, invite < 0 ? ~invite : 0, FamilyTerms.Read(ref from), from.GetInt(),
            from.GetInt());
    }

    public void Write(RecordWriter to)
    {
        to.Put(DeadlineMs);
        to.Put(ClosedAtMs);
        to.Put((long)State);
        to.Put(Invite != 0 ? ~Invite : InviteOnly ? 1 : 0);
        Terms.Write(to);
        to.Put(Paid);
        to.Put(First);
    }
}

/// <summary>What only holds and payments know of an order.</summary>
internal sealed record FamilyHold(
    long UntilMs, PaymentKey Payment, FamilyTerms? Terms, long FirstTeam, long FirstDeadlineMs, bool OpenNew, bool Rerouted, Outcome Paid)
{
    public static FamilyHold Read(ref RecordReader from) => new(
        from.Get(), from.GetPayment(), from.Get() != 0 ? FamilyTerms.Read(ref from) : null, from.Get(), from.Get(), from.Get() != 0,
            from.Get() != 0, (Outcome)from.Get());

    public void Write(RecordWriter to)
    {
        to.Put(UntilMs);
        to.Put(Payment);
        to.Put(Terms is null ? 0 : 1);
        Terms?.Write(to);
        to.Put(FirstTeam);
        to.Put(FirstDeadlineMs);
        to.Put(OpenNew ? 1 : 0);
        to.Put(Rerouted ? 1 : 0);
        to.Put((long)Paid);
    }
}

/// <summary>A refund that was acknowledged.</summary>
internal readonly record struct FamilyRefund(long Amount, long SinceMs, PaymentKey Payment, RefundCause Cause);

/// <summary>An order, with the team it names and that team's deadline.</summary>
internal sealed record FamilyOrder(
    long Id, long Buyer, long Amount, int Quantity, OrderState State, RequestState Request, Operation CreatedBy, Outcome First,
        OrderFlags Flags,
    Source Source, long Campaign, long Team, long DeadlineMs, FamilyHold? Hold, byte Tier, long Merchant, OrderDetails Details,
        FamilyRefund[] Refunds)
{
    public static FamilyOrder Read(ref RecordReader from, long id, long version)
    {
        bool detailed = version == Family.VersionWithDetails;
        var order = new FamilyOrder(
            id, from.Get(), from.Get(), from.GetInt(), (OrderState)from.Get(), (RequestState)from.Get(), (Operation)from.Get(),
            (Outcome)from.Get(), (OrderFlags)from.Get(), (Source)from.Get(), from.Get(), from.Get(), from.Get(),
            from.Get() != 0 ? FamilyHold.Read(ref from) : null,
            detailed ? (byte)from.Get() : (byte)0, detailed ? from.Get() : 0, detailed ? ReadDetails(ref from) : default,
                new FamilyRefund[from.GetInt()]);
        for (int i = 0; i < order.Refunds.Length; i++)
        {
            order.Refunds[i] = new FamilyRefund(from.Get(), from.Get(), from.GetPayment(), (RefundCause)from.Get());
        }

        return order;
    }

    /// <summary>What of a row the record tells; the row's links are the reader's to make.</summary>
    public OrderRow ToRow() => new()
    {
        Id = Id,
        Buyer = Buyer,
        Amount = Amount,
        Quantity = Quantity,
        State = State,
        Request = Request,
        CreatedBy = CreatedBy,
        First = First,
        Flags = Flags,
        Source = Source,
        Tier = Tier,
    };

    private static OrderDetails ReadDetails(ref RecordReader from)
    {
        OrderDetails details = default;
        var fields = new ReadFields(from);
        OrderDetails.Fields(ref details, ref fields);
        from = fields.From;
        return details;
    }

    private ref struct ReadFields(RecordReader from) : IFields
    {
        public RecordReader From = from;

        public void Field(ref long value) => value = From.Get();
    }
}
