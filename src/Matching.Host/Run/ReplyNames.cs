using System.Text.Json;
using Matching.Core;

namespace Matching.Host.Run;

/// <summary>Names and words of replies, encoded once.</summary>
internal static class ReplyNames
{
    public static readonly JsonEncodedText Ok = JsonEncodedText.Encode("ok");
    public static readonly JsonEncodedText OutcomeField = JsonEncodedText.Encode("outcome");
    public static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    public static readonly JsonEncodedText Noted = JsonEncodedText.Encode("Noted");
    public static readonly JsonEncodedText Lost = JsonEncodedText.Encode("lost");
    public static readonly JsonEncodedText Item = JsonEncodedText.Encode("item");
    public static readonly JsonEncodedText Order = JsonEncodedText.Encode("order");
    public static readonly JsonEncodedText Buyer = JsonEncodedText.Encode("buyer");
    public static readonly JsonEncodedText Team = JsonEncodedText.Encode("team");
    public static readonly JsonEncodedText Invite = JsonEncodedText.Encode("invite");
    public static readonly JsonEncodedText Suggest = JsonEncodedText.Encode("suggest");
    public static readonly JsonEncodedText MergedInto = JsonEncodedText.Encode("mergedInto");
    public static readonly JsonEncodedText Leader = JsonEncodedText.Encode("leader");
    public static readonly JsonEncodedText ClosedAt = JsonEncodedText.Encode("closedAt");
    public static readonly JsonEncodedText Size = JsonEncodedText.Encode("size");
    public static readonly JsonEncodedText SeatsLeft = JsonEncodedText.Encode("seatsLeft");
    public static readonly JsonEncodedText Deadline = JsonEncodedText.Encode("deadline");
    public static readonly JsonEncodedText Until = JsonEncodedText.Encode("until");
    public static readonly JsonEncodedText Sharer = JsonEncodedText.Encode("sharer");
    public static readonly JsonEncodedText Campaign = JsonEncodedText.Encode("campaign");
    public static readonly JsonEncodedText UnknownCampaign = JsonEncodedText.Encode("UnknownCampaign");
    public static readonly JsonEncodedText UnknownMerchant = JsonEncodedText.Encode("UnknownMerchant");
    public static readonly JsonEncodedText Merchant = JsonEncodedText.Encode("merchant");
    public static readonly JsonEncodedText Kept = JsonEncodedText.Encode("kept");
    public static readonly JsonEncodedText Refunded = JsonEncodedText.Encode("refunded");
    public static readonly JsonEncodedText Owed = JsonEncodedText.Encode("owed");
    public static readonly JsonEncodedText Holding = JsonEncodedText.Encode("holding");
    public static readonly JsonEncodedText Now = JsonEncodedText.Encode("now");
    public static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    public static readonly JsonEncodedText Amount = JsonEncodedText.Encode("amount");
    public static readonly JsonEncodedText Quantity = JsonEncodedText.Encode("quantity");
    public static readonly JsonEncodedText Price = JsonEncodedText.Encode("price");
    public static readonly JsonEncodedText Payment = JsonEncodedText.Encode("payment");
    public static readonly JsonEncodedText Shipped = JsonEncodedText.Encode("shipped");
    public static readonly JsonEncodedText TeamsOpen = JsonEncodedText.Encode("teamsOpen");

    public static readonly JsonEncodedText BadRequest = JsonEncodedText.Encode("BadRequest");
    public static readonly JsonEncodedText Found = JsonEncodedText.Encode("Found");
    public static readonly JsonEncodedText NotFound = JsonEncodedText.Encode("NotFound");
    public static readonly JsonEncodedText Listed = JsonEncodedText.Encode("Listed");
    public static readonly JsonEncodedText Counted = JsonEncodedText.Encode("Counted");
    public static readonly JsonEncodedText Advanced = JsonEncodedText.Encode("Advanced");

    private static readonly JsonEncodedText[] Outcomes = Encode<Outcome>(camelCase: false);
    private static readonly JsonEncodedText[] OrderStates = Encode<OrderState>(camelCase: false);
    private static readonly JsonEncodedText[] TeamStates = Encode<TeamState>(camelCase: false);
    private static readonly JsonEncodedText[] RequestStates = Encode<RequestState>(camelCase: false);
    private static readonly JsonEncodedText[] Sources = Encode<Source>(camelCase: true);

    public static JsonEncodedText OutcomeName(Outcome outcome) => Outcomes[(int)outcome];

    public static JsonEncodedText NameOf(OrderState state) => OrderStates[(int)state];

    public static JsonEncodedText NameOf(TeamState state) => TeamStates[(int)state];

    public static JsonEncodedText NameOf(RequestState state) => RequestStates[(int)state];

    public static JsonEncodedText NameOf(Source source) => Sources[(int)source];

    private static JsonEncodedText[] Encode<TEnum>(bool camelCase)
        where TEnum : struct, Enum
    {
        TEnum[] values = Enum.GetValues<TEnum>();
        var names = new JsonEncodedText[Convert.ToInt32(values[^1], null) + 1];
        foreach (TEnum value in values)
        {
            string name = value.ToString();
            names[Convert.ToInt32(value, null)] = JsonEncodedText.Encode(camelCase ? char.ToLowerInvariant(name[0]) + name[1..] : name);
        }

        return names;
    }
}
