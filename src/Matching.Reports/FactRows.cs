using System.Globalization;
using DuckDB.NET.Data;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Reports;

/// <summary>Adds the rows of a transaction. Events that say nothing a report asks for are left out.</summary>
internal sealed class FactRows(DuckDBConnection connection) : IDisposable
{
    private readonly DuckDBAppender _made = connection.CreateAppender("made");
    private readonly DuckDBAppender _happened = connection.CreateAppender("happened");
    private readonly DuckDBAppender _offers = connection.CreateAppender("offers");

    /// <summary>Adds what an event tells.</summary>
    public void Add(in JournaledEvent journaled)
    {
        if (journaled.Control is { } control)
        {
            AddOffer(journaled.Sequence, control);
            return;
        }

        Event e = journaled.Event;
        int how = e.Kind switch
        {
            EventKind.HoldPlaced => 0,
            EventKind.TeamOpened => 1,
            EventKind.SeatTaken => 2,
            EventKind.SoloBought => 3,
            _ => -1,
        };
        if (how >= 0)
        {
            AddMade(journaled.Sequence, (byte)how, e);
        }
        else if (e.Kind is not (EventKind.TimeAdvanced or EventKind.Closed or EventKind.Reopened))
        {
            AddHappened(journaled.Sequence, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _made.Dispose();
        _happened.Dispose();
        _offers.Dispose();
    }

    private void AddMade(long sequence, byte how, in Event e) => _made.CreateRow()
        .AppendValue(sequence).AppendValue(e.At).AppendValue(how).AppendValue(e.Item).AppendValue(e.Order).AppendValue(e.Buyer)
        .AppendValue(e.Team).AppendValue(e.Merchant).AppendValue(e.Campaign).AppendValue((byte)e.Source).AppendValue(e.Sharer)
        .AppendValue(e.NewBuyer).AppendValue(e.Quantity).AppendValue(e.Amount)
        .EndRow();

    private void AddHappened(long sequence, in Event e) => _happened.CreateRow()
        .AppendValue(sequence).AppendValue(e.At).AppendValue((byte)e.Kind).AppendValue(e.Item).AppendValue(e.Order)
        .AppendValue(e.Team).AppendValue(e.OtherTeam).AppendValue(e.Merchant).AppendValue((byte)e.Cause)
        .AppendValue(e.Payment.IsNone ? null : e.Payment.Text ?? e.Payment.Number.ToString(CultureInfo.InvariantCulture))
        .AppendValue(e.Amount)
        .EndRow();

    private void AddOffer(long sequence, ControlEvent e)
    {
        if (e.Kind is ControlEventKind.ItemSet or ControlEventKind.CampaignPublished or ControlEventKind.CampaignEnded)
        {
            _offers.CreateRow().AppendValue(sequence).AppendValue(e.At).AppendValue((byte)e.Kind).AppendValue(e.Item)
                .AppendValue(e.Merchant).AppendValue(e.Campaign).EndRow();
        }
    }
}
