namespace Matching.Simulation;

/// <summary>The engine broke a promise. The message says which.</summary>
public sealed class SimulationException : Exception
{
    public SimulationException()
    {
    }

    public SimulationException(string message)
        : base(message)
    {
    }

    public SimulationException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Throws unless it holds.</summary>
    public static void Unless(
        bool holds, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(holds))] ref FailureText otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(otherwise.Text);
        }
    }
}

/// <summary>The words of a failure, put together only when there is one.</summary>
[System.Runtime.CompilerServices.InterpolatedStringHandler]
public ref struct FailureText
{
    private System.Runtime.CompilerServices.DefaultInterpolatedStringHandler _text;

    public FailureText(int literalLength, int formattedCount, bool holds, out bool wanted)
    {
        wanted = !holds;
        _text = holds ? default : new(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture);
    }

    internal string Text => _text.ToStringAndClear();

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);
}
