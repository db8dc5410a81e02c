namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class Venues
{
    public void Save(StateWriter to)
    {
        to.Put(_venues.Count);
        foreach ((long id, Venue venue) in _venues)
        {
            VenuePlan plan = venue.Plan;
            to.Put(
                id, plan.Weekly ? 1 : 0, (long)plan.Day, plan.StartMinute, plan.LengthMinutes, plan.UtcOffsetMinutes,
                plan.StartMs, plan.EndMs, venue.Campaigns.Count);
            foreach (long campaign in venue.Campaigns)
            {
                to.Put(campaign);
            }
        }
    }

    public void Load(ref StateReader from)
    {
        for (int venues = from.TakeInt(); venues > 0; venues--)
        {
            long id = from.Take();
            Set(id, new VenuePlan
            {
                Weekly = from.Take() != 0,
                Day = (DayOfWeek)from.Take(),
                StartMinute = (int)from.Take(),
                LengthMinutes = (int)from.Take(),
                UtcOffsetMinutes = (int)from.Take(),
                StartMs = from.Take(),
                EndMs = from.Take(),
            });
            for (int campaigns = from.TakeInt(); campaigns > 0; campaigns--)
            {
                Apply(id, from.Take());
            }
        }
    }
}
