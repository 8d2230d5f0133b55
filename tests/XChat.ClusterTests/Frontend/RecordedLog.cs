using System.Collections.Concurrent;

using Microsoft.Extensions.Logging;

namespace XChat.ClusterTests.Frontend;

/// <summary>Every log line, as an operator who turned everything on would see it.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Category, string Line)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Recorder(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Recorder(RecordedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Kestrel's way to say that the machine is busy with other tests, and Orleans': nothing that this server did.
            if (eventId.Name != "HeartbeatSlow" && category != "Orleans.Runtime.MembershipService.LocalSiloHealthMonitor")
            {
                log.Lines.Enqueue((logLevel, category, $"{formatter(state, exception)} {exception}"));
            }
        }
    }
}
