namespace Matching.Host.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>It failed, or violations were found; standard error says which.</summary>
    public const int Failed = 1;

    /// <summary>The command line asks for something that cannot be.</summary>
    public const int Usage = 2;
}

/// <summary>The command line asks for something that cannot be; the message says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
