using Microsoft.Extensions.DependencyInjection;

namespace XChat.Grains.History;

/// <summary>What history grains need in a silo besides their storage.</summary>
public static class HistoryRegistration
{
    /// <summary>Adds it. The store behind the port and a <see cref="TimeProvider"/> are registered elsewhere.</summary>
    public static IServiceCollection AddHistoryGrains(this IServiceCollection services) => services.AddMetrics().AddSingleton<HistoryMetrics>();
}
