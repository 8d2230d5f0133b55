using System.Globalization;
using System.Reflection;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace XChat.Hosting;

/// <summary>
/// Metrics, traces and logs by OpenTelemetry. All three are sent by OTLP where the standard variables say (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its
/// kin); metrics can be read by Prometheus as well, at the operators' address. Where neither is set, nothing is collected.
/// </summary>
public static class Telemetry
{
    private const string MetricsPath = "/metrics";

    /// <summary>Every meter of ours, and of what we are built on.</summary>
    private static readonly string[] Meters =
    [
        "XChat.*", "Microsoft.Orleans", "Npgsql", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
    ];

    /// <summary>One request's way: over the hub or an endpoint into grains, through a lane's commit, to the database.</summary>
    private static readonly string[] Sources =
    [
        "XChat.*", "Microsoft.AspNetCore", "Microsoft.AspNetCore.SignalR.Server", "Microsoft.Orleans.Application", "Npgsql",
    ];

    /// <summary>Whether traces go anywhere. Where they do not, calls between processes need not carry them along.</summary>
    public static bool IsSent(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>Adds what is configured.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="role">What it is called in telemetry, such as <c>xchat-silo</c>.</param>
    /// <param name="callersAreOurs">
    /// Whether callers decide what is traced, as frontends do for silos. Clients may say under which trace they call, but not that it is recorded.
    /// </param>
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, string role, bool callersAreOurs)
    {
        builder.Services.AddOptions<OperationsOptions>().BindConfiguration(OperationsOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<OperationsOptions>, OperationsOptionsValidator>();
        bool sends = IsSent(builder.Configuration);
        bool shows = !string.IsNullOrEmpty(builder.Configuration[$"{OperationsOptions.Section}:{nameof(OperationsOptions.Url)}"]);
        if (!sends && !shows)
        {
            return builder;
        }

        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(
            role,
            serviceVersion: Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}")));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (shows)
            {
                metrics.AddPrometheusExporter();
            }
        });
        if (sends)
        {
            double share = builder.Configuration.GetValue(
                $"{OperationsOptions.Section}:{nameof(OperationsOptions.TraceShare)}", new OperationsOptions().TraceShare);
            telemetry.WithTracing(traces => traces.AddSource(Sources).SetSampler(SamplerOf(share, callersAreOurs))).WithLogging().UseOtlpExporter();
        }

        return builder;
    }

    /// <summary>Answers <c>/metrics</c> at the operators' address, if there is one.</summary>
    public static WebApplication UseMetricsEndpoint(this WebApplication app)
    {
        if (OperationsUrl.PortOf(app.Services.GetRequiredService<IOptions<OperationsOptions>>().Value.Url) is { } port)
        {
            app.UseOpenTelemetryPrometheusScrapingEndpoint(context => context.Request.Path == MetricsPath && context.CameInAt(port));
        }

        return app;
    }

    private static ParentBasedSampler SamplerOf(double share, bool callersAreOurs)
    {
        TraceIdRatioBasedSampler some = new(share);
        return callersAreOurs ? new ParentBasedSampler(some) : new ParentBasedSampler(some, remoteParentSampled: some, remoteParentNotSampled: some);
    }
}
