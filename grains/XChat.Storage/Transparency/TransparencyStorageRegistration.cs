using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Transparency;

namespace XChat.Storage.Transparency;

/// <summary>The key log's port over PostgreSQL.</summary>
public static class TransparencyStorageRegistration
{
    /// <summary>Adds it; it uses the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddTransparencyStorage(this IServiceCollection services) =>
        services.AddSingleton<ITransparencyStore, PostgresTransparencyStore>();
}
