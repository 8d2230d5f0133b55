using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XChat.Frontend.Delivery;

/// <summary>Whether this frontend hears its streams. Until it does, a connection would miss pushes, so none is let in.</summary>
internal sealed class FrontendStreamState(TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private volatile TaskCompletionSource _subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void SetSubscribed() => _subscribed.TrySetResult();

    public void SetLost() => _subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="TimeoutException">It does not, and did not begin to soon.</exception>
    public Task WhenSubscribedAsync(CancellationToken cancellationToken) =>
        _subscribed.Task is { IsCompleted: true } done ? done : _subscribed.Task.WaitAsync(Patience, time, cancellationToken);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_subscribed.Task.IsCompleted
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The streams of this frontend are not subscribed."));
}
