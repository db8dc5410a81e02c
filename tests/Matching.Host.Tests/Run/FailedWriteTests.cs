using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace Matching.Host.Tests.Run;

/// <summary>The disk fails under the running program: strace makes its writes fail.</summary>
public sealed class FailedWriteTests(ITestOutputHelper output) : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void When_writing_fails_the_answer_is_Unavailable_and_the_program_ends_R38()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data))
        {
            Assert.Equal("Bought", Buys(host, 1).Outcome());
            using Process? tracer = FailWritesOf(host);
            if (tracer is null)
            {
                return;
            }

            JsonElement reply = Buys(host, 2);
            Assert.Equal((false, "Unavailable", "R38"), (reply.Flag("ok"), reply.Outcome(), reply.Text("rule")));

            // By itself: its input is still open.
            Assert.Equal(3, host.WaitForEnd());
            Assert.Contains("matching run: ", host.Errors, StringComparison.Ordinal);
            output.WriteLine(host.Errors);
            tracer.WaitForExit();
        }

        using HostProcess again = HostProcess.Serve(_scratch.Data);
        Assert.True(Buys(again, 1).Flag("repeated"));
        Assert.Equal("Bought", Buys(again, 2).Outcome());
        Assert.Equal("Bought", Buys(again, 3).Outcome());
        Assert.Equal(3, JsonSerializer.Deserialize<JsonElement>(again.Ask("""{"op":"counts"}""")).Long("bought"));
    }

    private static JsonElement Buys(HostProcess host, int order) =>
        JsonSerializer.Deserialize<JsonElement>(host.Ask($$"""{"op":"soloBuy","item":{{order}},"buyer":1,"order":{{order}}}"""));

    private Process? FailWritesOf(HostProcess host)
    {
        const string Strace = "/usr/bin/strace";
        if (!File.Exists(Strace))
        {
            output.WriteLine($"not tried: there is no {Strace} to make writes fail");
            return null;
        }

        var start = new ProcessStartInfo(Strace,
            ["-f", "-o", "/dev/null", "-e", "trace=pwrite64,pwritev", "-e", "inject=pwrite64,pwritev:error=EIO", "-p", $"{host.Id}"])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process tracer = Process.Start(start)!;
        string? said = tracer.StandardError.ReadLine();
        if (said is not null && said.Contains("attached", StringComparison.Ordinal))
        {
            return tracer;
        }

        output.WriteLine($"not tried: strace may not trace another process here: {said}");
        tracer.Dispose();
        return null;
    }
}
