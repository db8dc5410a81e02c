using Matching.Core;

namespace Matching.Storefront.Api;

/// <summary>
/// An example of each body and of the usual answers, in /openapi/v1.json: as values of their types, so that none is ever out of date.
/// </summary>
internal static class ApiExamples
{
    private const long Item = 101;
    private const long Order = 7_001;
    private const long Team = 1_898;
    private const long Now = 1_767_225_600_000;
    private const long Deadline = Now + 86_400_000;

    private static readonly OrderReply Joined = new(
        nameof(Outcome.Formed), Item, Order, Repeated: false, Rerouted: false, Team, SeatsLeft: 0, Deadline, Until: null, OwedFen: null,
        Invite: null, Now);

    private static readonly Dictionary<Type, object> All = new object[]
    {
        new BoughtBody(Source: Source.ShareLink, Sharer: 1_001, AmountFen: 11_900),
        new OpenTeamBody(InviteOnly: true, AmountFen: 11_900),
        new JoinTeamBody(Team, AmountFen: 11_900),
        new JoinsBody([new JoinBody(Item, Order, Buyer: 1_001, AmountFen: 11_900), new JoinBody(Item, Order + 1, Buyer: 1_002, Team)]),
        new HoldBody(Team),
        new PayBody(11_900, 9_001),
        new RefundDoneBody("101:7001:expired"),
        new AdvanceBody(Deadline),
        new PublishBody(Item, TeamSize: 2, GroupPriceFen: 11_900, SoloPriceFen: 16_800, EndMs: Now + (7 * 86_400_000L), QuotaSeats: 300),
        new EndBody(Campaign: 1),
        new CampaignOutcome("Published", Campaign: 1, Repeated: false, Now),
        Joined,
        new JoinAnswer(StatusCodes.Status200OK, Joined, Problem: null),
        new TeamReading(Item, Team, nameof(TeamState.Open), Size: 2, SeatsLeft: 1, OpenedAt: Now, Deadline, MergedInto: null, Members: 1),
        new OpenTeamReading(Team, Size: 2, SeatsLeft: 1, Deadline),
        new RefundReading(Item, Order, "expired", Payment: 9_001, AmountFen: 11_900, Since: Deadline, "101:7001:expired"),
        Problems.Of(new Answer { Outcome = Outcome.Full, Rule = 30, Item = Item, Order = Order, Team = Team, Suggest = 2_922 })
            .ProblemDetails,
    }.ToDictionary(example => example.GetType());

    /// <summary>Null for a type that has none.</summary>
    public static object? Of(Type type) => All.GetValueOrDefault(type);
}
