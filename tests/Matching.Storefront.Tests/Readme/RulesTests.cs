using System.Globalization;
using System.Text.RegularExpressions;
using Matching.Engine;
using Matching.Storefront.Tests.Shop;

namespace Matching.Storefront.Tests.Readme;

/// <summary>Every rule that is cited can be looked up: in docs/rules.md, on the shop's page, by the type of a refusal.</summary>
public sealed partial class RulesTests
{
    private static string Document => File.ReadAllText(Path.Combine(Repository.Root, "docs", "rules.md"));

    [Fact]
    public void Every_rule_cited_in_the_sources_has_a_heading()
    {
        HashSet<int> explained = [.. Headings().Select(heading => heading.Number)];
        string[] sources =
        [
            .. Files("src", "*.cs"), .. Files("src", "*.razor"), .. Files("src", "*.resx"), .. Files("src", "*.csproj"),
                .. Files("src", "*.md"), .. Files("load", "*.cs"),
            Path.Combine(Repository.Root, "README.md"),
        ];
        var cited = sources.SelectMany(file => Citation().Matches(File.ReadAllText(file))
            .Select(citation => (Number: int.Parse(citation.Groups["number"].Value, CultureInfo.InvariantCulture), File: file))).ToList();
        Assert.True(cited.Count > 400, $"only {cited.Count} citations were found");
        Assert.Empty(cited.Where(one => !explained.Contains(one.Number)).Select(one => $"R{one.Number} in {one.File}").Distinct());
        Assert.DoesNotContain(sources, file => File.ReadAllText(file).Contains("urn:group-buying", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_rule_has_one_heading_with_its_anchor_words_and_an_example()
    {
        List<(int Number, int Anchor, string Text)> rules = [.. Headings()];
        Assert.Equal([.. Enumerable.Range(1, 24), .. Enumerable.Range(30, 23)], rules.Select(rule => rule.Number));
        Assert.All(rules, rule =>
        {
            Assert.Equal(rule.Number, rule.Anchor);
            Assert.Single(Example().Matches(rule.Text));
            Assert.InRange(rule.Text.IndexOf("*Example:*", StringComparison.Ordinal), 30, 1_500);
        });
    }

    [Fact]
    public async Task The_type_of_a_refusal_leads_to_its_rule_R5()
    {
        await using RunningShop shop = await RunningShop.StartAsync();
        using HttpClient merchant = shop.Merchant1();
        using HttpClient stranger = shop.Stranger();
        Assert.True((await shop.Engine.QuickJoinAsync(new QuickJoinRequest(RunningShop.Item, 11, 901))).Ok);
        Heard refused = await merchant.AskAsync("/api/merchant/items/101/orders/901/ship");
        Assert.Equal("/rules#r5", refused.Text("type"));
        Heard page = await stranger.ReadAsync(refused.Text("type")!);
        Assert.All(
            Headings(), rule => Assert.Contains($"<h2><a id=\"r{rule.Number}\"></a>R{rule.Number} ", page.Raw, StringComparison.Ordinal));
    }

    private static IEnumerable<(int Number, int Anchor, string Text)> Headings() => Rule().Matches(Document).Select(rule => (
        int.Parse(rule.Groups["number"].Value, CultureInfo.InvariantCulture),
        int.Parse(rule.Groups["anchor"].Value, CultureInfo.InvariantCulture),
        rule.Groups["text"].Value));

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"\bR(?<number>\d{1,2})\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Citation();

    [GeneratedRegex("^## <a id=\"r(?<anchor>\\d+)\"></a>R(?<number>\\d+) (?<text>.*?)(?=^#|\\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Rule();

    [GeneratedRegex(@"\*Example:\* \S", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Example();
}
