using System.Runtime.InteropServices;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace XChat.Hosting;

/// <summary>
/// Ends the process on Ctrl-C and SIGTERM in three steps: ready goes off, the role's drain steps run while everything still works, then the host stops.
/// A second signal skips to the last. It stands in for the console's lifetime, which stops the host at the first signal.
/// </summary>
internal sealed partial class DrainingLifetime(
    IHostApplicationLifetime application,
    Drain drain,
    IEnumerable<DrainStep> steps,
    IOptions<DrainOptions> options,
    TimeProvider time,
    ILogger<DrainingLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (PosixSignal signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        // The runtime would end the process when the handler returns.
        context.Cancel = true;
        if (drain.Begun || !application.ApplicationStarted.IsCancellationRequested)
        {
            application.StopApplication();
            return;
        }

        drain.Begin();
        _ = EndAsync();
    }

    private async Task EndAsync()
    {
        LogBegun();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Value.NoticeSeconds), time, application.ApplicationStopping);
            foreach (DrainStep step in steps)
            {
                await step.RunAsync(application.ApplicationStopping);
            }
        }
        catch (OperationCanceledException) when (application.ApplicationStopping.IsCancellationRequested)
        {
            // A second signal: the host is stopping already.
        }
        catch (Exception problem)
        {
            // The host stops all the same; clients that were not told find their connection closed and come back.
            LogFailed(problem);
        }

        application.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked to end: not ready any more, and draining")]
    private partial void LogBegun();

    [LoggerMessage(Level = LogLevel.Error, Message = "Draining failed; the process ends without it")]
    private partial void LogFailed(Exception problem);
}
