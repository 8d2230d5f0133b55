using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets.Rails;
using XChat.Rails.Sim;

namespace XChat.Rails;

/// <summary>The adapters of payment rails in a silo.</summary>
public static class PaymentRailRegistration
{
    /// <summary>Adds the rails that the configuration names an address or a key for; none is there by itself.</summary>
    public static IServiceCollection AddPaymentRails(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.GetSection(SimRailOptions.Section)[nameof(SimRailOptions.Url)] is { Length: > 0 })
        {
            services.AddOptions<SimRailOptions>().BindConfiguration(SimRailOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<SimRailOptions>, SimRailOptionsValidator>();
            services.AddSingleton<IPaymentRail>(provider => new SimRail(provider.GetRequiredService<IOptions<SimRailOptions>>().Value));
        }

        return services;
    }
}
