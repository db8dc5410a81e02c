namespace Matching.Core.Campaigns;

/// <summary>Which fields an operation has. What else a caller left in a command is neither compared by (R35) nor journaled.</summary>
internal static class CommandFields
{
    /// <summary>The command with the fields of its operation alone.</summary>
    public static ControlCommand Of(ControlCommand command)
    {
        ControlCommand bare = new() { Operation = command.Operation, Request = command.Request, At = command.At };
        return command.Operation switch
        {
            ControlOperation.SetMerchant => bare with { Merchant = command.Merchant, Facts = command.Facts },
            ControlOperation.PublishCampaign => bare with
            {
                Merchant = command.Merchant,
                Item = command.Item,
                Category = command.Category,
                Terms = command.Terms,
            },
            ControlOperation.ChangeCampaign => bare with { Campaign = command.Campaign, Terms = command.Terms },
            ControlOperation.EndCampaign or ControlOperation.DeleteCampaign => bare with { Campaign = command.Campaign },
            ControlOperation.SetItem =>
                bare with { Merchant = command.Merchant, Item = command.Item, Category = command.Category, From = command.From },
            ControlOperation.SetPromotion => bare with { Item = command.Item, Promotion = command.Promotion },
            ControlOperation.RemovePromotion => bare with
            {
                Item = command.Item,
                Promotion = new Promotion(command.Promotion?.Id ?? 0, PromotionKind.None, 0, 0),
            },
            ControlOperation.SetBigDay => bare with { BigDay = command.BigDay },
            ControlOperation.RemoveBigDay => bare with { BigDay = new BigDay(command.BigDay?.Id ?? 0, Grade.None, 0, 0, 0) },
            ControlOperation.PublishToChat => bare with { Chat = command.Chat, Campaign = command.Campaign },
            ControlOperation.RegisterActivity => bare with { Chat = command.Chat, Activity = command.Activity },
            ControlOperation.WithdrawFromChat => bare with
            {
                Chat = command.Chat,
                Activity = command.Activity is { } activity ? activity with { EndMs = 0 } : null,
            },
            ControlOperation.SetVenue => bare with { Venue = command.Venue, Plan = command.Plan },
            ControlOperation.RemoveVenue => bare with { Venue = command.Venue },
            ControlOperation.ApplyToVenue or ControlOperation.WithdrawFromVenue =>
                bare with { Venue = command.Venue, Campaign = command.Campaign },
            _ => bare,
        };
    }
}
