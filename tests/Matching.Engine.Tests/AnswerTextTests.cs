using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Engine.State;
using Matching.Recording;

namespace Matching.Engine.Tests;

/// <summary>What callers are given goes onto a bus or into a log as it is: an answer that becomes {} is lost without a word.</summary>
public sealed class AnswerTextTests
{
    public static TheoryData<Type> Types => [.. AnswerTexts.Types()];

    [Fact]
    public void The_answers_of_the_API_are_found()
    {
        IReadOnlyList<Type> types = AnswerTexts.Types();
        Assert.Superset(
            new HashSet<Type>
            {
                typeof(Answer), typeof(Event), typeof(JournaledEvent), typeof(ControlEvent), typeof(ControlAnswer), typeof(OrderView),
                    typeof(TeamView),
                typeof(OpenTeamView), typeof(RefundView), typeof(Counts), typeof(SourceCount), typeof(EngineHealth), typeof(ChatView),
                    typeof(VenueView),
                typeof(CampaignTerms), typeof(Quote), typeof(LowestPrice), typeof(Verdict), typeof(RecordedCommand),
                typeof(RecordingStatus), typeof(SnapshotTaken),
            },
            types.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_answer_is_JSON_with_all_its_properties(Type type)
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(AnswerTexts.Filled(type), type));
        Assert.Empty(AnswerTexts.Properties(type).Select(property => property.Name)
            .Except(json.RootElement.EnumerateObject().Select(field => field.Name)));
        Assert.Null(AnswerTexts.EmptyIn(json.RootElement, type.Name));
        Assert.All(
            AnswerTexts.Properties(type).Where(property => property.PropertyType.IsEnum),
            property => Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty(property.Name).ValueKind));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_answer_prints_what_it_says(Type type)
    {
        object value = AnswerTexts.Filled(type);
        string text = value.ToString()!;
        Assert.Null(AnswerTexts.TypeNameIn(text, type));
        Assert.All(AnswerTexts.Properties(type), property => Assert.Contains(property.Name + " = ", text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void No_answer_has_a_field_that_JSON_would_leave_out(Type type) =>
        Assert.Empty(type.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => field.Name));

    // Of the engine's own ids, teams' and campaigns', none is so large.
    [Theory]
    [MemberData(nameof(Types))]
    public void An_id_that_a_caller_chose_is_a_string_where_a_double_would_round_it(Type type)
    {
        string[] callers =
            ["Item", "Order", "Buyer", "Leader", "Members", "Payment", "Holding", "Merchant", "Chat", "Venue", "Request", "Sharer", "Id"];
        Assert.All(
            AnswerTexts.Properties(type).Where(property => callers.Contains(property.Name)
                && property.PropertyType is { IsEnum: false } kind && kind != typeof(string) && property.CanWrite),
            property => Assert.NotNull(property.GetCustomAttribute<JsonConverterAttribute>()
                ?? property.PropertyType.GetCustomAttribute<JsonConverterAttribute>()));
    }

    [Fact]
    public void Ids_are_read_as_they_are_written()
    {
        long large = BookOptions.MaxId;
        var order = new OrderView { Item = 3, Order = large, Buyer = large - 1, Team = 1898 };
        var team = new TeamView(large, 1898, TeamState.Open, false, 3, 1, 0, 1, 2, 0, 0, large, [large, 12]);
        string json = JsonSerializer.Serialize(order);
        Assert.Contains(
            "\"Item\":3,\"Order\":\"9223372036854775807\",\"Buyer\":\"9223372036854775806\",\"Team\":1898", json, StringComparison.Ordinal);
        Assert.Equal(order, JsonSerializer.Deserialize<OrderView>(json));
        json = JsonSerializer.Serialize(team);
        Assert.Contains("\"Members\":[\"9223372036854775807\",12]", json, StringComparison.Ordinal);
        Assert.Equal(team.ToString(), JsonSerializer.Deserialize<TeamView>(json)!.ToString());
    }

    [Fact]
    public void An_event_comes_back_from_JSON_as_it_was()
    {
        var sent = (JournaledEvent)AnswerTexts.Filled(typeof(JournaledEvent));
        JournaledEvent read = JsonSerializer.Deserialize<JournaledEvent>(JsonSerializer.Serialize(sent));
        Assert.Equal(sent, read);
    }

    [Fact]
    public async Task A_refusal_says_why_in_words_and_an_acceptance_says_nothing()
    {
        await using MatchingEngine engine = await MatchingEngine.OpenAsync(new MatchingOptions { InMemory = true });
        await engine.QuickJoinAsync(new QuickJoinRequest(3, 11, 101));
        Answer early = await engine.ShipAsync(3, 101);
        Assert.Equal("the order's team has not formed", early.Reason);
        Answer formed = await engine.QuickJoinAsync(new QuickJoinRequest(3, 12, 102));
        Assert.Equal("", formed.Reason);
        Assert.Contains("\"Outcome\":\"Formed\",\"Ok\":true", JsonSerializer.Serialize(formed), StringComparison.Ordinal);
        Assert.StartsWith("Answer { Outcome = Formed, Ok = True", formed.ToString(), StringComparison.Ordinal);
    }
}
