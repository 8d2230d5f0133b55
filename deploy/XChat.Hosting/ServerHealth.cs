using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace XChat.Hosting;

/// <summary>
/// The health endpoints, alike in every role. <c>/health/live</c>: the process answers; it runs no check, so that a lost database never makes a
/// supervisor kill what would recover by itself. <c>/health/ready</c>: traffic may be sent here; the body names each dependency and what is wrong with it.
/// </summary>
public static class ServerHealth
{
    /// <summary>Checks with this tag have to pass before traffic is sent here.</summary>
    public const string ReadyTag = "ready";

    /// <summary>Answers <c>/health/live</c> and <c>/health/ready</c>.</summary>
    public static void MapServerHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks(
            "/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(ReadyTag), ResponseWriter = WriteAsync });
    }

    /// <summary>Descriptions are the checks' own words; exceptions, which may name hosts and users, are not among them.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = NameOf(report.Status),
        checks = report.Entries.ToDictionary(
            entry => entry.Key, entry => new { status = NameOf(entry.Value.Status), description = entry.Value.Description }),
    });

    private static string NameOf(HealthStatus status) => status.ToString().ToLowerInvariant();
}
