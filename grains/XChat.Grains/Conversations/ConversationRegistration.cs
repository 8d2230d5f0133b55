using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using XChat.Grains.Conversations.GroupCommit;

namespace XChat.Grains.Conversations;

/// <summary>What conversation grains need in a silo besides their storage.</summary>
public static class ConversationRegistration
{
    /// <summary>Adds it. The stores behind the ports, and a <see cref="TimeProvider"/>, are registered elsewhere.</summary>
    public static IServiceCollection AddConversationGrains(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<ConversationOptions>().BindConfiguration(ConversationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ConversationOptions>, ConversationOptionsValidator>();
        services.AddSingleton<ConversationMetrics>();
        services.AddSingleton<ConversationCommitter>();
        services.AddSingleton<CursorWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<CursorWriter>());
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionSweep>());
        services.AddSingleton<ConversationPorts>();
        return services;
    }
}
