using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.History;

namespace XChat.Storage.History;

/// <summary>The history's port over PostgreSQL.</summary>
public static class HistoryStorageRegistration
{
    /// <summary>Adds it; it uses the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddHistoryStorage(this IServiceCollection services) => services.AddSingleton<IHistoryStore, PostgresHistoryStore>();
}
