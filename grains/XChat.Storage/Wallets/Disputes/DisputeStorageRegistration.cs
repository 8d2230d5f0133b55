using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Wallets.Disputes;

namespace XChat.Storage.Wallets.Disputes;

/// <summary>The port of disputes over PostgreSQL.</summary>
public static class DisputeStorageRegistration
{
    /// <summary>Adds it; it uses the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddDisputeStorage(this IServiceCollection services) => services.AddSingleton<IDisputeStore, PostgresDisputeStore>();
}
