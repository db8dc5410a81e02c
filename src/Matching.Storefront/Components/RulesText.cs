using Markdig;
using Microsoft.AspNetCore.Components;

namespace Matching.Storefront.Components;

/// <summary>docs/rules.md as a page shows it; each rule's heading has the id of its number, <c>r5</c>.</summary>
internal static class RulesText
{
    public static MarkupString Html { get; } = Read();

    private static MarkupString Read()
    {
        using Stream file = typeof(RulesText).Assembly.GetManifestResourceStream("rules.md")!;
        using var reader = new StreamReader(file);
        return new MarkupString(Markdown.ToHtml(reader.ReadToEnd(), new MarkdownPipelineBuilder().UsePipeTables().Build()));
    }
}
