using Matching.Core.Campaigns;

namespace Matching.Kit;

/// <content>What becomes of each command.</content>
public sealed partial class ControlTwin
{
    private Said Decide(ControlCommand command)
    {
        Offer? offer = Known(command.Campaign);
        Said? notLive = offer is null ? new Said(ControlOutcome.UnknownCampaign, 10)
            : !offer.IsLive(Now) ? new Said(ControlOutcome.AlreadyEnded, 34)
            : null;
        switch (command.Operation)
        {
            case ControlOperation.SetMerchant:
                _merchants[command.Merchant] = command.Facts!;
                return new Said(ControlOutcome.Registered);
            case ControlOperation.SetItem:
                return SetItem(command);
            case ControlOperation.PublishCampaign:
                return Publish(command);
            case ControlOperation.ChangeCampaign:
                return notLive ?? Change(offer!, command.Terms!);
            case ControlOperation.EndCampaign when notLive is null:
                offer!.EndedAt = Now;
                return new Said(ControlOutcome.Ended, 0, command.Campaign);
            case ControlOperation.DeleteCampaign when offer is not null:
                offer.DeletedAt = Now;
                return new Said(ControlOutcome.Deleted, 0, command.Campaign);
            case ControlOperation.PublishToChat:
                return notLive ?? (MayGoToChats(offer!) || fault == TwinFault.ChatToolNotAsked
                    ? List(command.Chat, new Activity(ActivityKind.GroupBuy, command.Campaign), command.Campaign)
                    : new Said(ControlOutcome.NotEligible, 18));
            case ControlOperation.ApplyToVenue:
                return notLive ?? Apply(command.Venue, command.Campaign);
            case ControlOperation.EndCampaign or ControlOperation.DeleteCampaign:
                return notLive!.Value;
            default:
                return DecideOther(command);
        }
    }

    private Said DecideOther(ControlCommand command)
    {
        switch (command.Operation)
        {
            case ControlOperation.SetPromotion:
                _sales.RemoveAll(entry => entry.Item == command.Item && entry.Sale.Id == command.Promotion!.Id);
                _sales.Add((command.Item, command.Promotion!));
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemovePromotion:
                return _sales.RemoveAll(entry =>
                    entry.Item == command.Item && entry.Sale.Id == command.Promotion!.Id && entry.Sale.EndMs > Now) > 0
                    ? new Said(ControlOutcome.Removed)
                    : new Said(ControlOutcome.UnknownPromotion, 14);
            case ControlOperation.SetBigDay:
                _days.RemoveAll(day => day.Id == command.BigDay!.Id);
                _days.Add(command.BigDay!);
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemoveBigDay:
                return _days.RemoveAll(day => day.Id == command.BigDay!.Id && day.EndMs > Now) > 0
                    ? new Said(ControlOutcome.Removed)
                    : new Said(ControlOutcome.UnknownBigDay, 15);
            case ControlOperation.RegisterActivity:
                return List(command.Chat, command.Activity!, 0);
            case ControlOperation.WithdrawFromChat:
                return _cards.RemoveAll(card =>
                    card.Chat == command.Chat && Same(card.Activity, command.Activity!) && IsLive(card.Activity)) > 0
                    ? new Said(ControlOutcome.Withdrawn)
                    : new Said(ControlOutcome.UnknownActivity, 18);
            case ControlOperation.SetVenue:
                _venues[command.Venue] = command.Plan!;
                return new Said(ControlOutcome.Registered);
            case ControlOperation.RemoveVenue:
                _applied.RemoveAll(entry => entry.Venue == command.Venue);
                return _venues.Remove(command.Venue) ? new Said(ControlOutcome.Removed) : new Said(ControlOutcome.UnknownVenue, 20);
            default:
                return Applied(command.Venue).Contains(command.Campaign) && _applied.Remove((command.Venue, command.Campaign))
                    ? new Said(ControlOutcome.Withdrawn, 0, command.Campaign)
                    : new Said(ControlOutcome.UnknownVenue, 20);
        }
    }

    private Said Publish(ControlCommand command)
    {
        CampaignTerms asked = command.Terms!;
        long startMs = asked.StartMs == 0 ? Now : asked.StartMs;
        Offer? latest = LatestOf(command.Item);
        long coolDownMs = options.CoolDownMs
            + (fault == TwinFault.CoolDownOneMillisecondShort ? -1 : 0) + (fault == TwinFault.CoolDownOneMillisecondLong ? 1 : 0);
        bool hasTool = _merchants.GetValueOrDefault(command.Merchant) is { Tools: not PrivateTraffic.None };
        string registered = fault == TwinFault.RegisteredCategoryForgotten ? ""
            : _owners.FindLast(owner => owner.Item == command.Item).Category ?? "";
        bool isClosed = IsClosed(command.Category) || IsClosed(registered);
        long free = hasTool ? FirstFree(_merchants[command.Merchant].Kind) : Now;
        bool isAnothers = MerchantOf(command.Item) is not 0 and var owner && owner != command.Merchant;
        long? endMs = _offers.Where(offer => offer.Terms.Item == command.Item).Max(EndOf);
        int limit = options.MaxLivePerMerchant + (fault == TwinFault.OneLiveCampaignTooMany ? 1 : 0);
        int live = _offers.Count(offer => offer.Terms.Merchant == command.Merchant
            && (fault == TwinFault.LiveLimitNotReleasedAtWindowEnd ? offer.EndedAt is null && offer.DeletedAt is null : offer.IsLive(Now)));
        Said? refused =
            asked.TeamSize > options.MaxTeamSize ? new Said(ControlOutcome.BadRequest, 1)
            : asked.EndMs <= Now || asked.EndMs <= startMs ? new Said(ControlOutcome.BadRequest, 34)
            : !hasTool && fault != TwinFault.ToolNotAsked ? new Said(ControlOutcome.NotEligible, 13)
            : isAnothers && fault != TwinFault.OthersMayPublish ? new Said(ControlOutcome.NotEligible, 45)
            : isClosed && fault != TwinFault.ClosedCategoryAllowed ? new Said(ControlOutcome.NotEligible, 12)
            : free > Now && fault != TwinFault.PublishedOnTheDay ? new Said(ControlOutcome.NotEligible, 15, 0, false, free)
            : latest is not null && latest.IsLive(Now) ? new Said(ControlOutcome.NotEligible, 11)
            : endMs is { } end && Now < end + coolDownMs ? new Said(ControlOutcome.NotEligible, 11, 0, false, end + coolDownMs)
            : live >= limit ? new Said(ControlOutcome.LimitReached, 10)
            : null;
        if (refused is not null)
        {
            return refused.Value;
        }

        Offer offer = new(Now, Filled(asked, startMs) with
        {
            Campaign = _offers.Count + 1,
            Version = 1,
            Merchant = command.Merchant,
            Item = command.Item,
        });
        _offers.Add(offer);
        if (MerchantOf(command.Item) != command.Merchant)
        {
            _owners.Add((command.Item, command.Merchant, ""));
        }

        return new Said(ControlOutcome.Published, 0, offer.Terms.Campaign);
    }

    private bool IsClosed(string category) => options.ClosedCategories.Any(closed => string.Equals(
        closed, fault == TwinFault.ClosedCategoryByTheLetter ? category : category.Trim(), StringComparison.OrdinalIgnoreCase));

    private long? EndOf(Offer offer) => fault switch
    {
        TwinFault.NoCoolDownAfterDeletion when offer.DeletedAt is not null => null,
        TwinFault.CoolDownWithoutHavingBegun when offer.DeletedAt is not null => offer.EndOf(Now) ?? offer.DeletedAt,
        _ => offer.EndOf(Now),
    };

    private Said Change(Offer offer, CampaignTerms asked)
    {
        long startMs = asked.StartMs == 0 ? offer.Terms.StartMs : asked.StartMs;
        if (asked.TeamSize > options.MaxTeamSize)
        {
            return new Said(ControlOutcome.BadRequest, 1);
        }

        if ((startMs != offer.Terms.StartMs && offer.Terms.StartMs <= Now) || asked.EndMs <= Now || asked.EndMs <= startMs)
        {
            return new Said(ControlOutcome.BadRequest, 34);
        }

        offer.Versions.Add((Now, Filled(asked, startMs) with
        {
            Campaign = offer.Terms.Campaign,
            Version = offer.Terms.Version + (fault == TwinFault.ChangeKeepsVersion ? 0 : 1),
            Merchant = offer.Terms.Merchant,
            Item = offer.Terms.Item,
        }));
        return new Said(ControlOutcome.Changed, 0, offer.Terms.Campaign);
    }

    private Said List(long chat, Activity activity, long campaign)
    {
        if (activity.EndMs != 0 && activity.EndMs <= Now)
        {
            return new Said(ControlOutcome.BadRequest, 18);
        }

        if (Chat(chat).Any(listed => Same(listed, activity)))
        {
            return new Said(ControlOutcome.AlreadyListed, 18);
        }

        if (Chat(chat).Count() >= options.MaxLivePerChat + (fault == TwinFault.OneActivityTooMany ? 1 : 0))
        {
            return new Said(ControlOutcome.LimitReached, 18);
        }

        _cards.Add((chat, activity));
        return new Said(ControlOutcome.Registered, 0, campaign);
    }

    private Said Apply(long venue, long campaign)
    {
        if (!_venues.ContainsKey(venue) || Applied(venue).Contains(campaign))
        {
            return _venues.ContainsKey(venue) ? new Said(ControlOutcome.AlreadyListed, 20) : new Said(ControlOutcome.UnknownVenue, 20);
        }

        _applied.Add((venue, campaign));
        return new Said(ControlOutcome.Applied, 0, campaign);
    }

    private CampaignTerms Filled(CampaignTerms asked, long startMs) =>
        asked with { Enabled = true, StartMs = startMs, HoldMs = asked.HoldMs == 0 ? options.HoldMs : asked.HoldMs };

    /// <summary>
    /// What a command asks for, whenever it is asked: what is removed is named by its id, whatever else stands beside it (R35).
    /// </summary>
    private static ControlCommand Meant(ControlCommand command) => command.Operation switch
    {
        ControlOperation.RemovePromotion => command with { At = 0, Promotion = new Promotion(command.Promotion!.Id, default, 0, 0) },
        ControlOperation.RemoveBigDay => command with { At = 0, BigDay = new BigDay(command.BigDay!.Id, default, 0, 0, 0) },
        ControlOperation.WithdrawFromChat => command with { At = 0, Activity = command.Activity! with { EndMs = 0 } },
        _ => command with { At = 0 },
    };
}
