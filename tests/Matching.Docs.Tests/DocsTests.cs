using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Matching.Docs.Tests;

/// <summary>
/// The programs in README and docs, word for word: each compiles, and one that is followed by its output prints that, in an empty folder.
/// A program that goes on for ever, such as a web application, is only compiled.
/// </summary>
public sealed partial class DocsTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;

        """;

    public static TheoryData<string, int> Programs()
    {
        var data = new TheoryData<string, int>();
        foreach (string path in Pages())
        {
            for (int i = 0; i < ProgramPattern().Count(File.ReadAllText(path)); i++)
            {
                data.Add(Path.GetRelativePath(Repository.Root, path), i);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_of_the_documents_does_what_they_say(string page, int index)
    {
        Match match = ProgramPattern().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, page)))[index];
        MethodInfo main = Compile(match.Groups["program"].Value);
        if (match.Groups["output"] is { Success: true, Value: var output })
        {
            Assert.Equal(output, await RunAsync(main));
        }
    }

    [Fact]
    public void A_link_of_the_documents_leads_somewhere()
    {
        IEnumerable<string> dead =
            from page in Pages()
            from Match link in LinkPattern().Matches(File.ReadAllText(page))
            let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["path"].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{Path.GetRelativePath(Repository.Root, page)}: {link.Value}";
        Assert.Empty(dead);
    }

    private static IEnumerable<string> Pages() => Directory.GetFiles(Repository.Root, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")).Order(StringComparer.Ordinal);

    private static MethodInfo Compile(string program)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "program",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(program)],
            platform.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Assert.Empty(compilation.Emit(image).Diagnostics.Where(told => told.Severity >= DiagnosticSeverity.Warning));
        image.Position = 0;
        return new AssemblyLoadContext("program", isCollectible: true).LoadFromStream(image).EntryPoint!;
    }

    private static async Task<string> RunAsync(MethodInfo main)
    {
        TextWriter console = Console.Out;
        string directory = Directory.GetCurrentDirectory();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("matching-");
        var said = new StringWriter() { NewLine = "\n" };
        try
        {
            Console.SetOut(said);
            Directory.SetCurrentDirectory(folder.FullName);

            // Where the program awaits, its entry point blocks until it is done; one that never is must not hold up the tests.
            await Task.Run(() => main.Invoke(null, [Array.Empty<string>()])).WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            Directory.SetCurrentDirectory(directory);
            Console.SetOut(console);
            folder.Delete(recursive: true);
        }

        return said.ToString();
    }

    [GeneratedRegex(
        @"^```csharp\n(?<program>.*?)^```\n(?:\n```\n(?<output>.*?)^```$)?", RegexOptions.Multiline | RegexOptions.Singleline, 10_000)]
    private static partial Regex ProgramPattern();

    [GeneratedRegex(@"\]\((?<path>(?!https?:|#)[^)#]+)(?:#[^)]*)?\)", RegexOptions.None, 10_000)]
    private static partial Regex LinkPattern();
}
