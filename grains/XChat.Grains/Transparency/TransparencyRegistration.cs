using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace XChat.Grains.Transparency;

/// <summary>What the key log needs in a silo besides its storage.</summary>
public static class TransparencyRegistration
{
    /// <summary>Adds it. The store behind the port and a <see cref="TimeProvider"/> are registered elsewhere.</summary>
    public static IServiceCollection AddTransparencyGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<TransparencyOptions>().BindConfiguration(TransparencyOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TransparencyOptions>, TransparencyOptionsValidator>();
        services.AddSingleton<TransparencyMetrics>();
        services.AddHostedService<TransparencySweep>();
        return services;
    }
}
