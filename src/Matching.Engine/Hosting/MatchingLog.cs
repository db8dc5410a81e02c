using Microsoft.Extensions.Logging;

namespace Matching.Engine.Hosting;

/// <summary>What the embedded engine logs. Ids of orders and buyers are never among it.</summary>
internal static partial class MatchingLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Opening the engine on {Directory}")]
    public static partial void Opening(ILogger logger, string directory);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Recovering: {Events} of {Total} events")]
    public static partial void Recovering(ILogger logger, long events, long total);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information,
        Message = "Ready after {ElapsedMs} ms: {Events} events recovered, directory created: {Created}")]
    public static partial void Ready(ILogger logger, long elapsedMs, long events, bool created);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Draining: {InFlight} requests in flight")]
    public static partial void Draining(ILogger logger, long inFlight);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "Stopped after {ElapsedMs} ms: {Events} events are durable")]
    public static partial void Stopped(ILogger logger, long elapsedMs, long events);

    [LoggerMessage(EventId = 6, Level = LogLevel.Critical,
        Message = "The engine has stopped for good and must be restarted; outcomes not yet answered are unknown (R38)")]
    public static partial void Failed(ILogger logger, Exception cause);

    [LoggerMessage(
        EventId = 7, Level = LogLevel.Warning, Message = "The wall clock stepped by {StepMs} ms; the engine does not follow it (R43)")]
    public static partial void ClockStepped(ILogger logger, long stepMs);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning,
        Message = "Disk of {Directory} has {FreeBytes} bytes free, fewer than LowDiskBytes = {LowDiskBytes}")]
    public static partial void LowDisk(ILogger logger, string directory, long freeBytes, long lowDiskBytes);

    [LoggerMessage(
        EventId = 9, Level = LogLevel.Error, Message = "The engine could not be closed cleanly; what was answered is durable all the same")]
    public static partial void CloseFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 10, Level = LogLevel.Error,
        Message = "A listener of the meter threw; batch sizes and write times are not measured any more")]
    public static partial void MeasuringEnded(ILogger logger, Exception cause);
}
