using Matching.Core.Campaigns;
using Matching.Core.Tests.Campaigns;
using Matching.Core.Tests.State;
using Matching.Kit;
using Matching.Kit.Engine;

namespace Matching.Core.Tests.Properties;

/// <summary>
/// Whoever makes commands up for tests makes up every optional field of every operation: what is never produced is never tested (R23).
/// </summary>
public sealed class GeneratorTests
{
    private static readonly string[] s_needed =
        [nameof(Command.Operation), nameof(Command.Item), nameof(Command.Order), nameof(Command.Buyer)];

    [Fact]
    public void Every_field_of_a_command_is_needed_or_listed_as_optional()
    {
        // A step gives the time, and not the command.
        IEnumerable<string> listed = OptionalFields.All.Select(field => field.Field).Concat(s_needed).Append(nameof(Command.At));
        Assert.Equal(typeof(Command).GetProperties().Where(p => p.CanWrite).Select(p => p.Name).Order(StringComparer.Ordinal),
            listed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Scripts_produce_every_optional_field() =>
        AssertProduced(
            Campaign.Sample(2_000, seed: 7).SelectMany(script => script.Steps).Where(step => step.IsCommand).Select(step => step.Command));

    [Fact]
    public void Random_commands_produce_every_optional_field() => AssertProduced(new RandomCommands(7, 1_000).Take(20_000));

    [Fact]
    public void Programs_of_saved_states_produce_every_optional_field() =>
        AssertProduced(Enumerable.Range(0, 20_000).Select(i => StatePrograms.AnyOf(new Dice(i), 200)));

    [Fact]
    public void Scripts_and_random_offers_produce_every_field_of_terms_sales_and_big_days()
    {
        AssertProduced(
            Campaign.Sample(2_000, seed: 7).SelectMany(script => script.Steps).Select(step => step.Control).OfType<ControlCommand>());
        var offers = new RandomOffers(7);
        AssertProduced(Enumerable.Range(0, 5_000).Select(_ => offers.Next(1_000)));
    }

    [Fact]
    public void Programs_of_campaigns_produce_every_field_of_everything() => AssertProduced(
        Enumerable.Range(0, 20_000).Select(i => ControlPrograms.Any(new Dice(i), 100_000, 3, 1)), Enum.GetValues<ControlOperation>()[1..]);

    private static void AssertProduced(IEnumerable<Command> commands)
    {
        ILookup<Operation, Command> made = commands.ToLookup(command => command.Operation);
        string[] never =
        [
            .. from field in OptionalFields.All
               from operation in field.Of
               let values = made[operation].Select(field.Value).Distinct().Count()
               where values < 2
               select $"{operation}.{field.Field}",
        ];
        Assert.Equal([], never);
    }

    /// <summary>Of each part that an operation has, each field has two values at least.</summary>
    private static void AssertProduced(IEnumerable<ControlCommand> commands, ControlOperation[]? operations = null)
    {
        ILookup<ControlOperation, ControlCommand> made = commands.ToLookup(command => command.Operation);
        foreach (ControlOperation operation in operations ?? [.. made.Select(group => group.Key)])
        {
            Assert.True(made[operation].Any(), $"{operation} is never produced");
            AssertVaried(made[operation].Select(c => c.Terms), operation, nameof(CampaignTerms.Campaign), nameof(CampaignTerms.Version),
                nameof(CampaignTerms.Merchant), nameof(CampaignTerms.Item), nameof(CampaignTerms.Enabled));
            Assert.True(
                made[operation].All(c => c.Terms is null)
                    || made[operation].Select(c => c.Terms!.Audience.Kind).Distinct().Count() == Enum.GetValues<AudienceKind>().Length,
                $"{operation}: some audience is never produced");
            AssertVaried(made[operation].Select(c => c.Promotion), operation);
            AssertVaried(made[operation].Select(c => c.BigDay), operation);
            AssertVaried(made[operation].Select(c => c.Activity), operation);
            AssertVaried(made[operation].Select(c => c.Plan), operation);
            AssertVaried(made[operation].Select(c => c.Facts), operation);
        }
    }

    private static void AssertVaried<T>(IEnumerable<T> parts, ControlOperation operation, params string[] notGiven)
    {
        object[] given = [.. parts.Where(part => part is not null).Cast<object>()];
        if (given.Length == 0)
        {
            return;
        }

        foreach (System.Reflection.PropertyInfo property in given[0].GetType().GetProperties()
            .Where(p => p.CanWrite && !notGiven.Contains(p.Name)))
        {
            int values = given.Select(property.GetValue).Distinct().Count();
            Assert.True(values > 1, $"{operation}: {property.Name} of {typeof(T).Name} is always {property.GetValue(given[0])}");
        }
    }
}
