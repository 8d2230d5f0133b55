using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets.Rails;
using XChat.Rails.Sim;
using XChat.Rails.Stripe;

namespace XChat.Rails;

/// <summary>The adapters of payment rails in a silo.</summary>
public static class PaymentRailRegistration
{
    /// <summary>Adds the rails that the configuration has settings for; none is there by itself.</summary>
    public static IServiceCollection AddPaymentRails(this IServiceCollection services, IConfiguration configuration)
    {
        // Real money first: what is listed first is preferred. Whoever names any of its settings means to have it, and is told of those that are missing.
        if (configuration.GetSection(StripeRailOptions.Section).GetChildren().Any())
        {
            services.AddOptions<StripeRailOptions>().BindConfiguration(StripeRailOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<StripeRailOptions>, StripeRailOptionsValidator>();
            services.AddSingleton<IPaymentRail>(provider => new StripeRail(
                provider.GetRequiredService<IOptions<StripeRailOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        }

        if (configuration.GetSection(SimRailOptions.Section)[nameof(SimRailOptions.Url)] is { Length: > 0 })
        {
            services.AddOptions<SimRailOptions>().BindConfiguration(SimRailOptions.Section).ValidateOnStart();
            services.AddSingleton<IValidateOptions<SimRailOptions>, SimRailOptionsValidator>();
            services.AddSingleton<IPaymentRail>(provider => new SimRail(provider.GetRequiredService<IOptions<SimRailOptions>>().Value));
        }

        services.AddOptions<RailOptions>().ValidateOnStart();
        return services.AddSingleton<IValidateOptions<RailOptions>, RailMoneyValidator>();
    }
}
