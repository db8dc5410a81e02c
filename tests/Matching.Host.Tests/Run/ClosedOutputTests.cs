using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>The client closes its end of the program's output while its own stays open.</summary>
public sealed class ClosedOutputTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_client_that_stops_reading_ends_the_program_with_code_3_and_what_was_read_is_kept_R38()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data))
        {
            host.Output.Close();
            host.Input.WriteLine("""{"op":"soloBuy","item":1,"buyer":1,"order":1}""");
            host.Input.Flush();

            // By itself: its input is still open.
            Assert.Equal(3, host.WaitForEnd());
            Assert.Contains("matching run: ", host.Errors, StringComparison.Ordinal);
        }

        using HostProcess again = HostProcess.Serve(_scratch.Data);
        Assert.Equal(1, JsonSerializer.Deserialize<JsonElement>(again.Ask("""{"op":"counts"}""")).Long("bought"));
    }
}
