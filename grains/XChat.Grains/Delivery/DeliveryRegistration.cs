using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Delivery;

/// <summary>What presence grains need in a silo besides the stream provider.</summary>
public static class DeliveryRegistration
{
    /// <summary>Adds it. A <see cref="TimeProvider"/> and the provider of the frontends' streams are registered elsewhere.</summary>
    public static IServiceCollection AddDeliveryGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<DeliveryOptions>().BindConfiguration(DeliveryOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryBounds>();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryTimes>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<PresenceRoutes>();
        services.AddSingleton<PresenceBoards>();
        services.AddGrainService<PresenceBoard>();
        services.AddHostedService<PresenceSweep>();
        return services;
    }
}
