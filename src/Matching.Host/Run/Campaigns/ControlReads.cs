using System.Text.Json;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine;

namespace Matching.Host.Run.Campaigns;

/// <summary>Reads about campaigns: each asks the engine and writes its reply's fields behind the outcome.</summary>
internal static class ControlReads
{
    private static readonly JsonEncodedText s_formedAmount = JsonEncodedText.Encode("formedAmount");

    /// <summary>The one outcome of a read that is a refusal: what is to be counted never was (R19).</summary>
    public const string Unknown = nameof(ControlOutcome.UnknownCampaign);

    /// <summary>A read whose fields are understood: the outcome's word, and what writes the rest.</summary>
    public delegate Task<(string Outcome, Action<Utf8JsonWriter> Write)> Read(MatchingEngine engine);

    /// <summary>The operations' words, with what reads their fields.</summary>
    public static IReadOnlyDictionary<string, Func<LineFields, Read>> All { get; } =
        new Dictionary<string, Func<LineFields, Read>>(StringComparer.Ordinal)
        {
            ["campaign"] = Campaign,
            ["campaignsOf"] = CampaignsOf,
            ["effectiveness"] = EffectivenessOf,
            ["quote"] = QuoteOf,
            ["lowestPrice"] = LowestPriceOf,
            ["chat"] = Chat,
            ["venue"] = Venue,
            ["sources"] = Sources,
            ["ordersToShip"] = fields => OrdersOf(fields, (engine, merchant, page) =>
                engine.MerchantOrdersToShipAsync(merchant, page.Take, page.After, page.AfterItem)),
            ["refundRequests"] = fields => OrdersOf(fields, (engine, merchant, page) =>
                engine.MerchantRefundRequestsAsync(merchant, page.Take, page.After, page.AfterItem)),
        };

    private static Read Campaign(LineFields fields)
    {
        long id = fields.Id("campaign");
        return async engine => await engine.FindCampaignAsync(id).ConfigureAwait(false) is not { } terms
            ? ("NotFound", json => json.WriteId("campaign", id))
            : ("Found", json =>
            {
                json.WriteId("campaign", id);
                json.WriteNumber("version", terms.Version);
                json.WriteBoolean("live", terms.Enabled);
                json.WriteId("merchant", terms.Merchant);
                json.WriteId("item", terms.Item);
                json.WriteNumber("start", terms.StartMs);
                json.WriteNumber("end", terms.EndMs);
                json.WriteNumber("teamSize", terms.TeamSize);
                json.WriteNumber("groupPrice", terms.GroupPriceFen);
                json.WriteNumber("leaderPrice", terms.LeaderPaysFen);
                json.WriteNumber("soloPrice", terms.SoloPriceFen);
                json.WriteNumber("quota", terms.QuotaSeats);
                json.WriteNumber("perOrder", terms.PerOrderPieces);
                json.WriteNumber("perBuyer", terms.PerBuyerPieces);
                json.WriteNumber("holdMs", terms.HoldMs);
                json.WriteBoolean("merge", terms.Merge);
                json.WriteString("audience", ControlWords.WordOf(ControlWords.Audiences, terms.Audience.Kind));
            }
        );
    }

    private static Read CampaignsOf(LineFields fields)
    {
        long merchant = fields.Id("merchant");
        return async engine =>
        {
            IReadOnlyList<long> live = await engine.LiveCampaignsOfAsync(merchant).ConfigureAwait(false);
            return ("Listed", json => Ids(json, "campaigns", live));
        };
    }

    private static Read OrdersOf(
        LineFields fields, Func<MatchingEngine, long, (int Take, long After, long AfterItem), Task<IReadOnlyList<OrderView>>> list)
    {
        long merchant = fields.Id("merchant");
        int take = (int)(fields.Number("take", 1, Fields.MaxTake, required: true) ?? 1);
        var page = (take, fields.IdOrNone("after"), fields.IdOrNone("afterItem"));
        return async engine =>
        {
            IReadOnlyList<OrderView> orders = await list(engine, merchant, page).ConfigureAwait(false);
            return ("Listed", json => OrderFields.WriteAll(json, orders));
        };
    }

    private static Read EffectivenessOf(LineFields fields)
    {
        long item = fields.Id("item");
        return async engine =>
        {
            Verdict verdict = await engine.EffectivenessOfAsync(item).ConfigureAwait(false);
            return (verdict.Ok ? "Effective" : verdict.Outcome.ToString(), json =>
            {
                json.WriteId("item", item);
                Reasoned(json, verdict.Rule, verdict.Reason);
            }
            );
        };
    }

    private static Read QuoteOf(LineFields fields)
    {
        long item = fields.Id("item");
        BuyAs buyAs = fields.Word("as", ControlWords.BuyAs, required: false);
        int pieces = (int)fields.NumberOr("quantity", 1, 1, Quote.MaxPieces);
        Discount[] discounts = fields.List("discounts", each => new Discount(
            each.Word("kind", ControlWords.Discounts),
            each.NumberOr("off", 0, 0, ControlOptions.MaxPriceFen),
            (int)each.NumberOr("basisPoints", 0, 0, 10_000),
            each.NumberOr("from", 0, 0, ControlOptions.MaxPriceFen)));
        return async engine => await engine.QuoteAsync(item, buyAs, pieces, discounts).ConfigureAwait(false) is not { } quote
            ? ("NotFound", json => json.WriteId("item", item))
            : ("Quoted", json =>
            {
                json.WriteId("item", item);
                json.WriteNumber("piece", quote.PieceFen);
                json.WriteNumber("quantity", quote.Pieces);
                json.WriteNumber("listed", quote.ListedFen);
                json.WriteNumber("pays", quote.PaysFen);
                json.WriteStartArray("discounts");
                foreach (QuoteLine line in quote.Lines)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", ControlWords.WordOf(ControlWords.Discounts, line.Discount.Kind));
                    json.WriteNumber("taken", line.TakenFen);
                    Reasoned(json, line.Rule, line.Reason);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private static Read LowestPriceOf(LineFields fields)
    {
        long item = fields.Id("item");
        LowestPriceFor asked = fields.Word("for", ControlWords.LowestFor);
        long to = fields.NumberOr("to", 0);
        long window = fields.NumberOr("windowMs", 0);
        return async engine =>
        {
            LowestPrice lowest = await engine.LowestPriceAsync(item, asked, to, window).ConfigureAwait(false);
            return (lowest.Fen is null ? "NotFound" : "Found", json =>
            {
                json.WriteId("item", item);
                json.WriteNumber("from", lowest.FromMs);
                json.WriteNumber("to", lowest.ToMs);
                if (lowest.Fen is { } fen)
                {
                    json.WriteNumber("price", fen);
                }

                json.WriteStartArray("prices");
                foreach (LowestPriceLine line in lowest.Lines)
                {
                    json.WriteStartObject();
                    json.WriteId("campaign", line.Period.Campaign);
                    json.WriteString("kind", ControlWords.NameOf(line.Period.Kind));
                    json.WriteNumber("price", line.Period.PriceFen);
                    json.WriteBoolean("counts", line.Counts);
                    json.WriteString("reason", line.Reason);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
            );
        };
    }

    private static Read Chat(LineFields fields)
    {
        long chat = fields.Id("chat");
        return async engine =>
        {
            ChatView view = await engine.FindChatAsync(chat).ConfigureAwait(false);
            return ("Found", json =>
            {
                json.WriteId("chat", chat);
                if (view.Top is { } top)
                {
                    json.WritePropertyName("top");
                    Card(json, top);
                }

                json.WriteStartArray("live");
                foreach (Activity activity in view.Live)
                {
                    Card(json, activity);
                }

                json.WriteEndArray();
            }
            );
        };
    }

    private static Read Venue(LineFields fields)
    {
        long id = fields.Id("venue");
        return async engine => await engine.FindVenueAsync(id).ConfigureAwait(false) is not { } venue
            ? ("NotFound", json => json.WriteId("venue", id))
            : ("Found", json =>
            {
                json.WriteId("venue", id);
                if (venue.Window is { } window)
                {
                    json.WriteNumber("start", window.StartMs);
                    json.WriteNumber("end", window.EndMs);
                }

                Ids(json, "applied", venue.Applied);
                Ids(json, "listed", venue.Listed);
            }
        );
    }

    private static Read Sources(LineFields fields)
    {
        long campaign = fields.Id("campaign");
        return async engine =>
        {
            if (await engine.CountCampaignAsync(campaign).ConfigureAwait(false) is null)
            {
                return (Unknown, json =>
                {
                    Reasoned(json, 19, Words.NeverWas("campaign", campaign));
                    json.WriteId("campaign", campaign);
                }
                );
            }

            IReadOnlyDictionary<Source, SourceCount> counts = await engine.CountSourcesAsync(campaign).ConfigureAwait(false);
            return ("Counted", json =>
            {
                json.WriteId("campaign", campaign);
                json.WriteStartObject("sources");
                foreach ((Source source, SourceCount count) in counts.Where(pair => pair.Value.Opens + pair.Value.Joins > 0)
                    .OrderBy(pair => pair.Key))
                {
                    json.WriteStartObject(ControlWords.NameOf(source));
                    json.WriteNumber("opens", count.Opens);
                    json.WriteNumber("joins", count.Joins);
                    json.WriteNumber("newBuyers", count.NewBuyerJoins);
                    json.WriteNumber("formedOrders", count.FormedOrders);
                    json.WriteFen(s_formedAmount, count.FormedFen);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }
            );
        };
    }

    private static void Reasoned(Utf8JsonWriter json, byte rule, string reason)
    {
        if (rule != 0)
        {
            json.WriteString("rule", $"R{rule}");
        }

        if (reason.Length > 0)
        {
            json.WriteString("reason", reason);
        }
    }

    private static void Card(Utf8JsonWriter json, Activity activity)
    {
        json.WriteStartObject();
        json.WriteString("kind", ControlWords.WordOf(ControlWords.Activities, activity.Kind));
        json.WriteId("activity", activity.Id);
        if (activity.EndMs != 0)
        {
            json.WriteNumber("end", activity.EndMs);
        }

        json.WriteEndObject();
    }

    private static void Ids(Utf8JsonWriter json, string name, IEnumerable<long> ids)
    {
        json.WriteStartArray(name);
        foreach (long id in ids)
        {
            json.WriteIdValue(id);
        }

        json.WriteEndArray();
    }
}
