namespace Matching.Load.Plan;

/// <summary>
/// The planned send time of every request of open simulations: request k of a piece with rates a → b over T seconds goes when a·t + (b −
/// a)·t²/2T reaches k. Times never fall. One thread at a time.
/// </summary>
internal sealed class Schedule
{
    private readonly List<(double Start, double Seconds, double From, double To)> _pieces = [];
    private int _piece;
    private long _taken;

    /// <summary>Makes it of open simulations, one after the other.</summary>
    public Schedule(IEnumerable<LoadSimulation> simulations)
    {
        double start = 0, rate = 0;
        foreach (LoadSimulation simulation in simulations)
        {
            (double from, double to) = simulation switch
            {
                Inject inject => (inject.PerSecond, inject.PerSecond),
                RampingInject ramp => (rate, ramp.PerSecond),
                _ => throw new ArgumentException($"{simulation.GetType().Name} has no planned times", nameof(simulations)),
            };
            double seconds = simulation.During.TotalSeconds;
            _pieces.Add((start, seconds, from, to));
            start += seconds;
            rate = to;
        }
    }

    /// <summary>Requests in all.</summary>
    public long Count => _pieces.Sum(CountOf);

    /// <summary>The next request's planned time, in seconds from the start.</summary>
    /// <returns>False when all are planned.</returns>
    public bool TryNext(out double seconds)
    {
        while (_piece < _pieces.Count)
        {
            var piece = _pieces[_piece];
            if (_taken < CountOf(piece))
            {
                seconds = piece.Start + TimeOf(piece, _taken++);
                return true;
            }

            _piece++;
            _taken = 0;
        }

        seconds = 0;
        return false;
    }

    private static long CountOf((double Start, double Seconds, double From, double To) piece) =>
        (long)Math.Round((piece.From + piece.To) / 2 * piece.Seconds);

    private static double TimeOf((double Start, double Seconds, double From, double To) piece, long k)
    {
        double slope = (piece.To - piece.From) / piece.Seconds;
        return slope == 0
            ? k / piece.From
            : Math.Min(piece.Seconds, (Math.Sqrt(Math.Max(0, (piece.From * piece.From) + (2 * slope * k))) - piece.From) / slope);
    }
}
