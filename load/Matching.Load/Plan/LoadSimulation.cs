namespace Matching.Load.Plan;

/// <summary>
/// How many requests are planned when; the words are NBomber's. Inject and RampingInject are open: requests go out at their planned times
/// whatever became of those before. KeepConstant is closed: each copy sends its next request when it has its answer.
/// </summary>
/// <param name="During">How long.</param>
internal abstract record LoadSimulation(TimeSpan During)
{
    /// <summary>Sends <paramref name="rate"/> requests evenly in each <paramref name="interval"/>.</summary>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new Inject(rate / interval.TotalSeconds, during);

    /// <summary>
    /// Goes evenly from the rate before (0 at first) to <paramref name="rate"/> requests in an <paramref name="interval"/>.
    /// </summary>
    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) =>
        new RampingInject(rate / interval.TotalSeconds, during);

    /// <summary>Keeps so many requests in flight.</summary>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new KeepConstant(copies, during);
}

/// <param name="PerSecond">Requests a second.</param>
/// <param name="During">How long.</param>
internal sealed record Inject(double PerSecond, TimeSpan During) : LoadSimulation(During);

/// <param name="PerSecond">Requests a second at the end.</param>
/// <param name="During">How long.</param>
internal sealed record RampingInject(double PerSecond, TimeSpan During) : LoadSimulation(During);

/// <param name="Copies">Requests in flight.</param>
/// <param name="During">How long.</param>
internal sealed record KeepConstant(int Copies, TimeSpan During) : LoadSimulation(During);

/// <summary>A named load: a warm-up that is not counted, then simulations one after the other.</summary>
/// <param name="Name">Its name.</param>
/// <param name="WarmUp">Sent first, at the first simulation's rate, and left out of every figure.</param>
/// <param name="Simulations">At least one.</param>
internal sealed record Scenario(string Name, TimeSpan WarmUp, IReadOnlyList<LoadSimulation> Simulations)
{
    /// <summary>How long the counted part is.</summary>
    public TimeSpan During => Simulations.Aggregate(TimeSpan.Zero, (sum, simulation) => sum + simulation.During);
}
