using Matching.Core.Campaigns;

namespace Matching.Core.Tests.Campaigns;

/// <summary>A control book and the storefront that drives it: every request has a fresh id, and time stands still until it is
/// moved.</summary>
internal sealed class Shop
{
    public const long DayMs = 86_400_000;

    private long _request;

    public Shop(ControlOptions? options = null) => Book = new ControlBook(options ?? new ControlOptions());

    public ControlBook Book { get; }

    /// <summary>11 November 2025, 00:00 in Shanghai.</summary>
    public long Now { get; set; } = 1_762_790_400_000;

    public static CampaignTerms Terms(long endMs) => new()
    {
        EndMs = endMs,
        TeamSize = 3,
        GroupPriceFen = 8_000,
        SoloPriceFen = 10_000,
    };

    public CampaignTerms TermsForDays(int days) => Terms(Now + (days * DayMs));

    public ControlAnswer Send(ControlCommand command) => Book.Execute(command with { Request = ++_request }, Now);

    public ControlAnswer Merchant(
        long merchant, MerchantKind kind = MerchantKind.C2C, PrivateTraffic tools = PrivateTraffic.Feed | PrivateTraffic.ChatGroup) =>
        Send(new ControlCommand { Operation = ControlOperation.SetMerchant, Merchant = merchant, Facts = new MerchantFacts(kind, tools) });

    public ControlAnswer Publish(long merchant, long item, CampaignTerms? terms = null, string category = "toys") =>
        Send(new ControlCommand
        {
            Operation = ControlOperation.PublishCampaign,
            Merchant = merchant,
            Item = item,
            Category = category,
            Terms = terms ?? TermsForDays(7),
        });

    public ControlAnswer Item(long item, long merchant, long from = 0, string category = "toys") => Send(new ControlCommand
    {
        Operation = ControlOperation.SetItem,
        Item = item,
        Merchant = merchant,
        Category = category,
        From = from,
    });

    public ControlAnswer Change(long campaign, CampaignTerms terms) =>
        Send(new ControlCommand { Operation = ControlOperation.ChangeCampaign, Campaign = campaign, Terms = terms });

    public ControlAnswer End(long campaign) => Send(new ControlCommand { Operation = ControlOperation.EndCampaign, Campaign = campaign });

    public ControlAnswer Delete(long campaign) =>
        Send(new ControlCommand { Operation = ControlOperation.DeleteCampaign, Campaign = campaign });

    public ControlAnswer Sale(long item, long id, PromotionKind kind, long startMs, long endMs) => Send(new ControlCommand
    {
        Operation = ControlOperation.SetPromotion,
        Item = item,
        Promotion = new Promotion(id, kind, startMs, endMs),
    });

    public ControlAnswer BigDay(long id, Grade grade, long warmUpMs, long startMs, long endMs) => Send(new ControlCommand
    {
        Operation = ControlOperation.SetBigDay,
        BigDay = new BigDay(id, grade, warmUpMs, startMs, endMs),
    });

    public ControlAnswer ToChat(long chat, long campaign) =>
        Send(new ControlCommand { Operation = ControlOperation.PublishToChat, Chat = chat, Campaign = campaign });

    public ControlAnswer Register(long chat, ActivityKind kind, long id, long endMs = 0) => Send(new ControlCommand
    {
        Operation = ControlOperation.RegisterActivity,
        Chat = chat,
        Activity = new Activity(kind, id, endMs),
    });

    public ControlAnswer Venue(long venue, VenuePlan plan) =>
        Send(new ControlCommand { Operation = ControlOperation.SetVenue, Venue = venue, Plan = plan });

    public ControlAnswer Apply(long venue, long campaign) =>
        Send(new ControlCommand { Operation = ControlOperation.ApplyToVenue, Venue = venue, Campaign = campaign });

    public Verdict ToOpen(long item, long? atMs = null) => Effectiveness.ToOpen(Book.ScheduleOf(item), Book.Calendar(), atMs ?? Now);

    public Verdict ToJoin(long item, long? atMs = null) => Effectiveness.ToJoin(Book.ScheduleOf(item), Book.Calendar(), atMs ?? Now);

    /// <summary>A merchant with a tool, and one campaign of his on an item.</summary>
    public long Published(long merchant, long item, MerchantKind kind = MerchantKind.C2C)
    {
        Merchant(merchant, kind);
        ControlAnswer answer = Publish(merchant, item);
        Assert.Equal(ControlOutcome.Published, answer.Outcome);
        return answer.Campaign;
    }
}
