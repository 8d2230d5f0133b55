using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

using Xunit;

namespace XChat.Testing.Observability;

/// <summary>
/// The warnings of a server in this process, in the output of the test that started it: a test that fails shows what its silos complained of, such as a sweep
/// that did not get its work done.
/// </summary>
/// <remarks>Bounded: the first lines of each server, and the beginning of each.</remarks>
public sealed class TestLog : ILoggerProvider
{
    private const int Lines = 100;
    private const int Characters = 2_000;

    private readonly ITestOutputHelper _output;
    private int _lines;

    private TestLog(ITestOutputHelper output) => _output = output;

    /// <summary>The log of a server that the running test starts; null outside of a test, as in a fixture.</summary>
    public static TestLog? OfRunningTest() => TestContext.Current.TestOutputHelper is { } output ? new TestLog(output) : null;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Write(string line)
    {
        int number = Interlocked.Increment(ref _lines);
        if (number > Lines)
        {
            return;
        }

        try
        {
            _output.WriteLine(line.Length > Characters ? line[..Characters] : line);
            if (number == Lines)
            {
                _output.WriteLine("Further warnings are not shown.");
            }
        }
        catch (InvalidOperationException)
        {
            // The test has ended, and nobody reads what its server says while it stops.
        }
    }

    private sealed class Writer(TestLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel}: {category}: {formatter(state, exception)} {exception}".TrimEnd());
            }
        }
    }
}

/// <summary>Adds <see cref="TestLog"/> to a server.</summary>
public static class TestLogExtensions
{
    /// <summary>Shows the server's warnings in the output of the running test, if there is one.</summary>
    public static IServiceCollection AddTestLog(this IServiceCollection services) =>
        TestLog.OfRunningTest() is { } log ? services.AddSingleton<ILoggerProvider>(log) : services;
}
