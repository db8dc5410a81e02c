using Matching.Structures;

namespace Matching.Core.Campaigns;

/// <content>Deciding: what is refused and why, and what happens.</content>
public sealed partial class ControlBook
{
    /// <summary>Decides one command at max(Now, clockNowMs, command.At), after acting on what is overdue.</summary>
    /// <param name="command">What is asked.</param>
    /// <param name="clockNowMs">The clock's time, for a command without its own; ms since 1970.</param>
    /// <returns>The answer. A refused command changed nothing and is not remembered (R35).</returns>
    public ControlAnswer Execute(ControlCommand command, long clockNowMs)
    {
        ArgumentNullException.ThrowIfNull(command);
        command = CommandFields.Of(command);
        MoveTo(command.At != 0 ? command.At : clockNowMs);
        if (CommandCheck.Check(command, Options.MaxTeamSize) is { } bad)
        {
            return Refused(command, bad);
        }

        UInt128 fingerprint = RequestLog.FingerprintOf(command);
        bool known = _requests.TryFind(command, out UInt128 first, out long campaign);
        if (known && first == fingerprint)
        {
            return new ControlAnswer(RequestLog.OutcomeOf(command.Operation), true, true, 0, "", campaign, 0, Now);
        }

        if ((known ? ReusedRequest(command) : Check(command)) is { } refusal)
        {
            return Refused(command, refusal);
        }

        foreach (ControlEvent e in EventsOf(command, fingerprint))
        {
            Happen(e);
            campaign = e.Campaign;
        }

        return new ControlAnswer(RequestLog.OutcomeOf(command.Operation), true, false, 0, "", campaign, 0, Now);
    }

    private ControlAnswer Refused(ControlCommand command, Refusal refusal) => new(
        refusal.Outcome, false, false, refusal.Rule, refusal.Reason,
        refusal.Campaign != 0 ? refusal.Campaign : command.Campaign, refusal.RetryAt, Now);

    private static Refusal ReusedRequest(ControlCommand command) => new(
        ControlOutcome.OrderConflict, 35, $"request {command.Request} was used by {command.Operation} with other fields (R35)");

    private Refusal? Check(ControlCommand command) => command.Operation switch
    {
        ControlOperation.PublishCampaign =>
            TermsCheck.CheckSize(command.Terms!.TeamSize, Options.MaxTeamSize)
            ?? TermsCheck.CheckWindow(StartOf(command.Terms, Now), command.Terms.EndMs, Now)
            ?? _campaigns.CheckPublish(command.Merchant, command.Item, command.Category, Options)
            ?? _promotions.CheckDay(_campaigns.FactsOf(command.Merchant)!.Kind, Now)
            ?? _campaigns.CheckRoom(command.Merchant, command.Item, Now, Options),
        ControlOperation.SetItem => _campaigns.CheckSetItem(command.Item, command.Merchant, command.From),
        ControlOperation.ChangeCampaign =>
            _campaigns.CheckLive(command.Campaign) ?? CheckChange(command.Terms!, _campaigns.Find(command.Campaign)!),
        ControlOperation.EndCampaign => _campaigns.CheckLive(command.Campaign),
        ControlOperation.DeleteCampaign => _campaigns.CheckKnown(command.Campaign),
        ControlOperation.SetPromotion => _promotions.CheckSet(command.Item, command.Promotion!, Now, Options.MaxPromotionsPerItem),
        ControlOperation.RemovePromotion => _promotions.CheckRemove(command.Item, command.Promotion!.Id, Now),
        ControlOperation.SetBigDay => _promotions.CheckSet(command.BigDay!, Now, Options.MaxBigDays),
        ControlOperation.RemoveBigDay => _promotions.CheckRemoveBigDay(command.BigDay!.Id, Now),
        ControlOperation.PublishToChat =>
            _campaigns.CheckLive(command.Campaign) ?? _campaigns.CheckChatTool(command.Campaign)
            ?? _chats.CheckList(command.Chat, CardOf(command.Campaign), Options.MaxLivePerChat),
        ControlOperation.RegisterActivity =>
            CheckEnd(command.Activity!) ?? _chats.CheckList(command.Chat, command.Activity!, Options.MaxLivePerChat),
        ControlOperation.WithdrawFromChat => _chats.CheckWithdraw(command.Chat, command.Activity!),
        ControlOperation.RemoveVenue => _venues.CheckKnown(command.Venue),
        ControlOperation.ApplyToVenue =>
            _campaigns.CheckLive(command.Campaign) ?? _venues.CheckApply(command.Venue, command.Campaign, Options.MaxPerVenue),
        ControlOperation.WithdrawFromVenue => _venues.CheckWithdraw(command.Venue, command.Campaign),
        _ => null,
    };

    private Refusal? CheckChange(CampaignTerms asked, CampaignTerms current)
    {
        long startMs = StartOf(asked, current.StartMs);
        return TermsCheck.CheckSize(asked.TeamSize, Options.MaxTeamSize) ?? (startMs != current.StartMs && current.StartMs <= Now
            ? Refusal.Bad(34, $"startMs is {startMs}, but the campaign began at {current.StartMs}; give that, or 0 (R34)")
            : TermsCheck.CheckWindow(startMs, asked.EndMs, Now));
    }

    private Refusal? CheckEnd(Activity activity) => activity.EndMs != 0 && activity.EndMs <= Now
        ? Refusal.Bad(18, $"endMs is {activity.EndMs}, but it is {Now} already (R18)")
        : null;

    private ControlEvent[] EventsOf(ControlCommand command, UInt128 fingerprint)
    {
        ControlEvent told = new()
        {
            At = Now,
            Operation = command.Operation,
            Request = command.Request,
            Fingerprint = fingerprint,
            Merchant = command.Merchant,
            Item = command.Item,
            Campaign = command.Campaign,
            Chat = command.Chat,
            Venue = command.Venue,
            Category = command.Category,
            From = command.From,
            Facts = command.Facts,
            Promotion = command.Promotion,
            BigDay = command.BigDay,
            Activity = command.Activity,
            Plan = command.Plan,
        };
        return command.Operation switch
        {
            ControlOperation.SetMerchant => [told with { Kind = ControlEventKind.MerchantSet }],
            ControlOperation.SetItem => [told with { Kind = ControlEventKind.ItemSet }],
            ControlOperation.PublishCampaign => [Published(told, command.Terms!)],
            ControlOperation.ChangeCampaign => [Changed(told, command.Terms!, _campaigns.Find(command.Campaign)!)],
            ControlOperation.EndCampaign => [Of(told, _campaigns.Find(command.Campaign)!) with { Kind = ControlEventKind.CampaignEnded }],
            ControlOperation.DeleteCampaign => Deleted(told, _campaigns.Find(command.Campaign)!),
            ControlOperation.SetPromotion => [told with { Kind = ControlEventKind.PromotionSet }],
            ControlOperation.RemovePromotion => [told with { Kind = ControlEventKind.PromotionRemoved }],
            ControlOperation.SetBigDay => [told with { Kind = ControlEventKind.BigDaySet }],
            ControlOperation.RemoveBigDay => [told with { Kind = ControlEventKind.BigDayRemoved }],
            ControlOperation.PublishToChat => [told with { Kind = ControlEventKind.ActivityListed, Activity = CardOf(command.Campaign) }],
            ControlOperation.RegisterActivity => [told with { Kind = ControlEventKind.ActivityListed }],
            ControlOperation.WithdrawFromChat => [told with { Kind = ControlEventKind.ActivityWithdrawn }],
            ControlOperation.SetVenue => [told with { Kind = ControlEventKind.VenueSet }],
            ControlOperation.RemoveVenue => [told with { Kind = ControlEventKind.VenueRemoved }],
            ControlOperation.ApplyToVenue => [told with { Kind = ControlEventKind.VenueApplied }],
            ControlOperation.WithdrawFromVenue => [told with { Kind = ControlEventKind.VenueWithdrawn }],
            _ => throw new InvariantException($"{command.Operation} was let through"),
        };
    }

    private ControlEvent Published(ControlEvent told, CampaignTerms asked)
    {
        CampaignTerms terms = Filled(asked, StartOf(asked, Now)) with
        {
            Campaign = _campaigns.NextCampaign,
            Merchant = told.Merchant,
            Item = told.Item,
            Version = 1,
        };
        return told with
        {
            Kind = ControlEventKind.CampaignPublished,
            Campaign = terms.Campaign,
            Terms = terms,
            LeaderCounts = LeaderCounts(terms)
        };
    }

    private ControlEvent Changed(ControlEvent told, CampaignTerms asked, CampaignTerms current)
    {
        CampaignTerms terms = Filled(asked, StartOf(asked, current.StartMs)) with
        {
            Campaign = current.Campaign,
            Merchant = current.Merchant,
            Item = current.Item,
            Version = current.Version + 1,
        };
        return Of(told, current) with { Kind = ControlEventKind.CampaignChanged, Terms = terms, LeaderCounts = LeaderCounts(terms) };
    }

    private ControlEvent[] Deleted(ControlEvent told, CampaignTerms current)
    {
        ControlEvent deleted = Of(told, current) with { Kind = ControlEventKind.CampaignDeleted };
        return current.Enabled && current.StartMs <= Now ? [Ended(current, Now), deleted] : [deleted];
    }

    private static ControlEvent Ended(CampaignTerms terms, long atMs) =>
        Of(new ControlEvent { Kind = ControlEventKind.CampaignEnded, At = atMs }, terms);

    private static ControlEvent Of(ControlEvent told, CampaignTerms terms) =>
        told with { Campaign = terms.Campaign, Merchant = terms.Merchant, Item = terms.Item };

    private CampaignTerms Filled(CampaignTerms asked, long startMs) =>
        asked with { Enabled = true, StartMs = startMs, HoldMs = asked.HoldMs == 0 ? Options.HoldMs : asked.HoldMs };

    private static bool LeaderCounts(CampaignTerms terms) => terms.LeaderPaysFen < terms.GroupPriceFen;

    private static long StartOf(CampaignTerms asked, long otherwiseMs) => asked.StartMs == 0 ? otherwiseMs : asked.StartMs;

    private static Activity CardOf(long campaign) => new(ActivityKind.GroupBuy, campaign);

    private void MoveTo(long nowMs)
    {
        Now = Math.Max(Now, nowMs);
        while (NextDue <= Now)
        {
            // At the same moment campaigns come first, then activities, each by id.
            if (_campaigns.NextEndMs <= _chats.NextEndMs)
            {
                CampaignTerms over = _campaigns.NextToEnd;
                Happen(Ended(over, over.EndMs));
            }
            else
            {
                (long chat, Activity activity) = _chats.NextToEnd;
                Happen(new ControlEvent { Kind = ControlEventKind.ActivityEnded, At = activity.EndMs, Chat = chat, Activity = activity });
            }
        }
    }

    private void Happen(ControlEvent e)
    {
        Apply(e);
        Events.Add(e);
    }
}
