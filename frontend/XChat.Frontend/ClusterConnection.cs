using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XChat.Frontend;

/// <summary>Whether this frontend process reaches a silo. Not ready means that calls would fail, so no new client should come here.</summary>
internal sealed class ClusterConnection : IHealthCheck
{
    private int _gateways;

    public void OnGatewayCountChanged(int current) => Volatile.Write(ref _gateways, current);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Volatile.Read(ref _gateways) > 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No silo is connected."));
}
