namespace Matching.Core.Campaigns;

/// <summary>
/// The venues and the campaigns that applied for them (R20). An application holds for every window of the venue until the campaign
/// ends, takes it back, or the venue is removed; a new plan of the venue keeps it.
/// </summary>
internal sealed partial class Venues
{
    private readonly SortedDictionary<long, Venue> _venues = [];
    private readonly Dictionary<long, SortedSet<long>> _venuesOfCampaign = [];

    /// <summary>A venue's plan; null for an unknown one.</summary>
    public VenuePlan? PlanOf(long venue) => _venues.TryGetValue(venue, out Venue? known) ? known.Plan : null;

    /// <summary>The campaigns that applied, by id.</summary>
    public IReadOnlyCollection<long> ApplicationsOf(long venue) => _venues.TryGetValue(venue, out Venue? known) ? known.Campaigns : [];

    /// <summary>Whether a venue is known.</summary>
    public Refusal? CheckKnown(long venue) => _venues.ContainsKey(venue) ? null : Unknown($"there is no venue {venue} (R20)");

    /// <summary>Whether a campaign may apply.</summary>
    public Refusal? CheckApply(long venue, long campaign, int maxCampaigns) =>
        CheckKnown(venue)
        ?? (_venues[venue].Campaigns.Contains(campaign)
            ? new Refusal(ControlOutcome.AlreadyListed, 20, $"campaign {campaign} applied for venue {venue} already (R20)")
            : _venues[venue].Campaigns.Count >= maxCampaigns
                ? new Refusal(ControlOutcome.LimitReached, 20,
                    $"{_venues[venue].Campaigns.Count} campaigns applied for venue {venue}; at most {maxCampaigns} are allowed (R20)")
                : null);

    /// <summary>Whether it may take its application back.</summary>
    public Refusal? CheckWithdraw(long venue, long campaign) =>
        CheckKnown(venue) ?? (_venues[venue].Campaigns.Contains(campaign)
            ? null
            : Unknown($"campaign {campaign} has not applied for venue {venue} (R20)"));

    /// <summary>Defines a venue, or gives it a new plan.</summary>
    public void Set(long venue, VenuePlan plan) =>
        _venues[venue] = _venues.TryGetValue(venue, out Venue? known) ? known with { Plan = plan } : new Venue(plan, []);

    /// <summary>Removes a venue and the applications for it.</summary>
    public void Remove(long venue)
    {
        foreach (long campaign in _venues[venue].Campaigns.ToArray())
        {
            Withdraw(venue, campaign);
        }

        _venues.Remove(venue);
    }

    /// <summary>A campaign applies.</summary>
    public void Apply(long venue, long campaign)
    {
        _venues[venue].Campaigns.Add(campaign);
        if (!_venuesOfCampaign.TryGetValue(campaign, out SortedSet<long>? venues))
        {
            _venuesOfCampaign.Add(campaign, venues = []);
        }

        venues.Add(venue);
    }

    /// <summary>It takes its application back.</summary>
    public void Withdraw(long venue, long campaign)
    {
        _venues[venue].Campaigns.Remove(campaign);
        SortedSet<long> venues = _venuesOfCampaign[campaign];
        venues.Remove(venue);
        if (venues.Count == 0)
        {
            _venuesOfCampaign.Remove(campaign);
        }
    }

    /// <summary>An ended campaign is listed nowhere.</summary>
    public void CampaignEnded(long campaign)
    {
        if (_venuesOfCampaign.TryGetValue(campaign, out SortedSet<long>? venues))
        {
            foreach (long venue in venues.ToArray())
            {
                Withdraw(venue, campaign);
            }
        }
    }

    /// <summary>Adds this part of the state to a hash.</summary>
    public void AddTo(ref StateHash hash)
    {
        foreach ((long id, Venue venue) in _venues)
        {
            VenuePlan plan = venue.Plan;
            hash.Add(
                'V', id, plan.Weekly ? 1 : 0, (long)plan.Day, plan.StartMinute, plan.LengthMinutes, plan.UtcOffsetMinutes,
                plan.StartMs, plan.EndMs);
            foreach (long campaign in venue.Campaigns)
            {
                hash.Add('v', id, campaign);
            }
        }
    }

    /// <summary>Checks that both directions tell the same, and that only live campaigns apply.</summary>
    public void Validate(Func<long, bool> isLive)
    {
        int applications = 0;
        foreach ((long id, Venue venue) in _venues)
        {
            foreach (long campaign in venue.Campaigns)
            {
                applications++;
                Invariant.Holds(isLive(campaign), $"campaign {campaign} at venue {id} is not live (R20)");
                Invariant.Holds(_venuesOfCampaign.TryGetValue(campaign, out SortedSet<long>? venues) && venues.Contains(id),
                    $"campaign {campaign} forgot venue {id}");
            }
        }

        Invariant.Holds(applications == _venuesOfCampaign.Values.Sum(venues => venues.Count),
            "a campaign remembers a venue it did not apply for");
    }

    private static Refusal Unknown(string reason) => new(ControlOutcome.UnknownVenue, 20, reason);

    private sealed record Venue(VenuePlan Plan, SortedSet<long> Campaigns);
}
