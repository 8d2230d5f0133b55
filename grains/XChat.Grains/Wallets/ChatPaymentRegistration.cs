using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Wallets.RedPackets;

namespace XChat.Grains.Wallets;

/// <summary>What red packets and payment requests need in a silo besides wallets and their storage.</summary>
public static class ChatPaymentRegistration
{
    /// <summary>Adds it. The stores behind the ports are registered elsewhere.</summary>
    public static IServiceCollection AddChatPaymentGrains(this IServiceCollection services)
    {
        services.AddOptions<RedPacketOptions>().BindConfiguration(RedPacketOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedPacketOptions>, RedPacketOptionsValidator>();
        services.AddSingleton<IConversationRoster, GrainConversationRoster>();
        services.AddSingleton<RedPacketTransfers>();
        services.AddSingleton<RedPacketPorts>();
        services.AddSingleton<RedPacketSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RedPacketSweep>());
        return services;
    }
}
