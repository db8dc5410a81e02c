using Xunit.Abstractions;

namespace Matching.Host.Tests.Run;

/// <summary>
/// The real process is killed under load, again and again, on one directory; a ledger of the answers, kept outside, is held
/// against it after each restart (R35, R38). MATCHING_KILLS says how often, MATCHING_SEED where to begin.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    [Fact]
    public void Killed_under_load_nothing_answered_is_lost_doubled_or_changed()
    {
        int kills = Number("MATCHING_KILLS", 5), seed = Number("MATCHING_SEED", 20_240_601);
        using var scratch = new ScratchDirectory();
        var traffic = new KillTraffic(seed);
        var ledger = new AnswerLedger();
        for (int life = 0; life <= kills; life++)
        {
            using HostProcess host = HostProcess.Serve(
                scratch.Data, "--clock", "manual", "--team-size", "3", "--max-in-flight", "2048", "--shards", life % 2 == 0 ? "1" : "4");
            Assert.Equal(life == 0, host.Ready.GetProperty("created").GetBoolean());
            Assert.True(host.Ready.GetProperty("now").GetInt64() >= ledger.Now, "time went back (R43)");

            // What was answered is answered again as it was; what was under way when the process died is asked anew.
            ledger.NewLife();
            foreach (string reply in host.Exchange(ledger.LinesToRepeat(all: life == kills)))
            {
                ledger.Answered(reply);
            }

            if (life < kills)
            {
                LoadAndKill(host, traffic, ledger);
                output.WriteLine($"life {life}: {ledger}");
            }
            else
            {
                new ExpectedState(ledger).Check(host);
                Assert.Equal(0, host.End());
            }
        }

        Assert.True(ledger.Accepted > 500 * kills, $"the load was too thin to prove anything: {ledger}");
    }

    private static void LoadAndKill(HostProcess host, KillTraffic traffic, AnswerLedger ledger)
    {
        int repliesBeforeKill = traffic.Next(200, 5_000);
        bool killed = false;
        var sending = new Thread(() =>
        {
            try
            {
                while (!Volatile.Read(ref killed))
                {
                    string line = traffic.NextLine(ledger);
                    ledger.Sent(line);
                    host.Input.Write(line + "\n");
                }
            }
            catch (IOException)
            {
                // The pipe broke: the process is dead, which is what this is about.
                return;
            }
        });
        sending.Start();
        for (int replies = 0; host.ReadLine() is string reply; replies++)
        {
            // The last line of a process that was killed may be cut short: that is no answer.
            if (reply.EndsWith('}'))
            {
                ledger.Answered(reply);
            }

            if (replies == repliesBeforeKill)
            {
                host.Kill();
                Volatile.Write(ref killed, true);
            }
        }

        sending.Join();
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), null, out int value) ? value : otherwise;
}
