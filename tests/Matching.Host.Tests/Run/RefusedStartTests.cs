using Xunit.Abstractions;

namespace Matching.Host.Tests.Run;

/// <summary>
/// When the program will not start it says why on standard error, nothing on standard output, and ends with an error code.
/// </summary>
public sealed class RefusedStartTests(ITestOutputHelper output) : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_directory_that_another_process_serves_is_refused_and_that_one_goes_on()
    {
        using HostProcess first = HostProcess.Serve(_scratch.Data);
        using HostProcess second = HostProcess.Start(_scratch.Data);

        Refused(second, _scratch.Data);

        Assert.Contains("Bought", first.Ask("""{"op":"soloBuy","item":1,"buyer":1,"order":1}"""), StringComparison.Ordinal);
        Assert.Equal(0, first.End());
    }

    [Fact]
    public void Existing_refuses_a_directory_that_does_not_exist()
    {
        using HostProcess host = HostProcess.Start(_scratch.Data, "--existing");

        Refused(host, _scratch.Data);
        Assert.False(Directory.Exists(_scratch.Data));
    }

    [Fact]
    public void Files_of_somebody_else_are_refused_and_left_alone()
    {
        Directory.CreateDirectory(_scratch.Data);
        File.WriteAllText(Path.Combine(_scratch.Data, "thesis.txt"), "chapter one");
        using HostProcess host = HostProcess.Start(_scratch.Data);

        Refused(host, _scratch.Data);
        Assert.Equal([Path.Combine(_scratch.Data, "thesis.txt")], Directory.GetFileSystemEntries(_scratch.Data));
    }

    [Fact]
    public void A_flipped_byte_is_refused_with_its_file_and_position()
    {
        using (HostProcess host = HostProcess.Serve(_scratch.Data))
        {
            host.Pump(Enumerable.Range(1, 5_000).Select(i => $$"""{"op":"quickJoin","item":{{i % 50 + 1}},"buyer":{{i}},"order":{{i}}}"""));
            Assert.Equal(0, host.End());
        }

        string segment = Directory.GetFiles(_scratch.Data, "*", SearchOption.AllDirectories).OrderByDescending(f => new FileInfo(f).Length)
            .ThenBy(f => f, StringComparer.Ordinal).First();
        const long Position = 20_000;
        using (FileStream file = File.Open(segment, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = Position;
            int value = file.ReadByte();
            file.Position = Position;
            file.WriteByte((byte)(value ^ 0x10));
        }

        using HostProcess refused = HostProcess.Start(_scratch.Data);
        string why = Refused(refused, Path.GetFileName(segment));
        Assert.Matches("1[0-9][0-9][0-9][0-9]|20000", why);
    }

    [Fact]
    public void A_directory_that_may_not_be_written_is_refused()
    {
        // Permissions do not bind root, who therefore becomes somebody else for this.
        if (OperatingSystem.IsWindows() || (Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv")))
        {
            output.WriteLine("not tried: no Unix permissions, or run as root without setpriv to become somebody else");
            return;
        }

        const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(_scratch.Data);
        File.SetUnixFileMode(_scratch.Root, ReadOnly | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_scratch.Data, ReadOnly);

        using HostProcess host = Environment.IsPrivilegedProcess
            ? HostProcess.Launch("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", HostProcess.DotNet,
                HostProcess.Program, "run", "--data", _scratch.Data])
            : HostProcess.Start(_scratch.Data);
        Refused(host, _scratch.Data);
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.Data));
    }

    [Theory]
    [InlineData("--team-size", "4")]
    [InlineData("--shards", "65")]
    [InlineData("--clock", "lunar")]
    [InlineData("--campaigns", "none")]
    [InlineData("--max-in-flight", "0")]
    [InlineData("--max-in-flight", "many")]
    [InlineData("--segment-mib", "0")]
    [InlineData("--segment-mib", "1025")]
    [InlineData("--segment-mib", "1.5")]
    [InlineData("--tempo", "fast")]
    public void A_wrong_option_is_named(string option, string value)
    {
        using HostProcess host = HostProcess.Start(_scratch.Data, option, value);

        host.Input.Close();
        Assert.NotEqual(0, host.WaitForEnd());
        Assert.Contains(option is "--tempo" ? option : value, host.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scratch.Data));
    }

    private string Refused(HostProcess host, string named)
    {
        Assert.Null(host.ReadLine());
        Assert.NotEqual(0, host.WaitForEnd());
        output.WriteLine(host.Errors);
        Assert.StartsWith("matching run: ", host.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", host.Errors, StringComparison.Ordinal);
        Assert.Contains(named, host.Errors, StringComparison.Ordinal);
        return host.Errors;
    }
}
