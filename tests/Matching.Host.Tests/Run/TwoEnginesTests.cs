using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>Two real processes on one data directory: one of them is refused, or stops, and says so (R38).</summary>
public sealed class TwoEnginesTests : IDisposable
{
    private const string Join = """{"id":1,"op":"quickJoin","item":3,"buyer":11,"order":101}""";
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("DOTNET_SYSTEM_IO_DISABLEFILELOCKING=0")]
    [InlineData("DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1")]
    public void A_second_engine_is_refused_whatever_the_runtime_thinks_of_locks(string setting)
    {
        using HostProcess first = Launch(setting);
        Assert.Contains("ready", first.ReadLine(), StringComparison.Ordinal);
        using HostProcess second = Launch(setting);
        Assert.Null(second.ReadLine());
        Assert.Equal(1, second.WaitForEnd());
        Assert.Contains("is in use: another engine holds its lock", second.Errors, StringComparison.Ordinal);
        Assert.Contains("Opened", first.Ask(Join), StringComparison.Ordinal);
        Assert.Equal(0, first.End());
    }

    [Fact]
    public void An_engine_whose_lock_was_removed_answers_nothing_once_a_second_one_has_opened_the_directory()
    {
        using HostProcess first = HostProcess.Serve(_scratch.Data);
        Assert.Contains("Opened", first.Ask(Join), StringComparison.Ordinal);
        File.Delete(Path.Combine(_scratch.Data, "matching.lock"));
        using HostProcess second = HostProcess.Serve(_scratch.Data);
        string answer = first.Ask("""{"id":2,"op":"quickJoin","item":4,"buyer":12,"order":102}""");
        JsonElement reply = JsonSerializer.Deserialize<JsonElement>(answer);
        Assert.Equal("Unavailable", reply.GetProperty("outcome").GetString());
        Assert.Contains("Formed", second.Ask("""{"id":3,"op":"quickJoin","item":3,"buyer":12,"order":102}"""), StringComparison.Ordinal);
        Assert.NotEqual(0, first.End());
        Assert.Contains("matching.lock", first.Errors, StringComparison.Ordinal);
        Assert.Equal(0, second.End());
        using HostProcess third = HostProcess.Serve(_scratch.Data);
        Assert.Equal(0, third.End());
    }

    private HostProcess Launch(string setting) =>
        HostProcess.Launch("env", [setting, HostProcess.DotNet, HostProcess.Program, "run", "--data", _scratch.Data]);

    public void Dispose() => _scratch.Dispose();
}
