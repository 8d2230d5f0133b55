using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XChat.Hosting;

/// <summary>Whether this process has been asked to end. From then on it is not ready, while it still serves what it has.</summary>
public sealed class Drain : IHealthCheck
{
    private volatile bool _begun;

    /// <summary>Whether it has. It is never taken back.</summary>
    public bool Begun => _begun;

    /// <summary>Turns ready off.</summary>
    public void Begin() => _begun = true;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_begun ? HealthCheckResult.Unhealthy("The process is ending.") : HealthCheckResult.Healthy());
}

/// <summary>What a role does between "not ready" and its end, such as sending clients elsewhere.</summary>
/// <param name="RunAsync">Returns when it is done; bounds its own time.</param>
public sealed record DrainStep(Func<CancellationToken, Task> RunAsync);
