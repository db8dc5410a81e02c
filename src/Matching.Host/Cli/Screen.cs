using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Matching.Host.Cli;

/// <summary>
/// Progress and remarks, always on standard error: standard output carries the result alone. On a terminal long work has a bar;
/// elsewhere a plain line now and then.
/// </summary>
internal static class Screen
{
    private static readonly IAnsiConsole Terminal =
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>A remark.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Does a long piece of work under a title.</summary>
    /// <param name="title">What is being done, in a few words.</param>
    /// <param name="work">The work; it reports how far it is.</param>
    public static async Task<T> StepAsync<T>(string title, Func<Meter, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            var plain = new Meter(title, null);
            T done = await work(plain).ConfigureAwait(false);
            plain.End();
            return done;
        }

        return await Terminal.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .StartAsync(async bars =>
            {
                ProgressTask bar = bars.AddTask(Markup.Escape(title));
                T done = await work(new Meter(title, bar)).ConfigureAwait(false);
                bar.Value = bar.MaxValue;
                return done;
            }).ConfigureAwait(false);
    }
}

/// <summary>How far a long piece of work is. One thread at a time.</summary>
internal sealed class Meter(string title, ProgressTask? bar)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private long _saidAt = Stopwatch.GetTimestamp();
    private long _total;

    /// <summary>Says how much there is to do; 0 or less where it is not known.</summary>
    public void SetTotal(long total)
    {
        _total = total;
        if (bar is not null)
        {
            bar.MaxValue = Math.Max(1, total);
        }
    }

    /// <summary>Says how much is done.</summary>
    public void Report(long done)
    {
        if (bar is not null)
        {
            bar.Value = done;
        }
        else if (Stopwatch.GetElapsedTime(_saidAt) >= Between)
        {
            _saidAt = Stopwatch.GetTimestamp();
            string share = _total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * done / _total} %")
                : done.ToString("N0", CultureInfo.InvariantCulture);
            Screen.Note($"{title}: {share}");
        }
    }

    /// <summary>Says that it is done, where there is no bar to show it.</summary>
    public void End()
    {
        double seconds = Stopwatch.GetElapsedTime(_startedAt).TotalSeconds;
        Screen.Note(string.Create(CultureInfo.InvariantCulture, $"{title}: done in {seconds:F1} s"));
    }
}
