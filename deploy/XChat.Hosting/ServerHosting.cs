using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace XChat.Hosting;

/// <summary>What every server process has.</summary>
public static class ServerHosting
{
    /// <summary>Health, and the state of being drained. The same several times over, as where a silo and a frontend share a process.</summary>
    public static IServiceCollection AddServerHealth(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Drain)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Drain>();
        services.AddOptions<DrainOptions>().BindConfiguration(DrainOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DrainOptions>, DrainOptionsValidator>();
        services.AddHealthChecks().AddCheck<Drain>("serving", tags: [ServerHealth.ReadyTag]);
        return services;
    }

    /// <summary>The orderly end of a process of its own, on Ctrl-C and SIGTERM.</summary>
    public static IHostApplicationBuilder UseDrainingLifetime(this IHostApplicationBuilder builder)
    {
        builder.Services.AddServerHealth();
        builder.Services.AddSingleton<IHostLifetime, DrainingLifetime>();
        // It logs each request, and probes come every few seconds.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        return builder;
    }
}
