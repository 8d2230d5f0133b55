using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Wallets.Rails;

namespace XChat.Storage.Wallets;

/// <summary>The ports of payments over rails over PostgreSQL.</summary>
public static class RailStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddRailStorage(this IServiceCollection services) => services
        .AddSingleton<IRailPaymentStore, PostgresRailPaymentStore>()
        .AddSingleton<IRailStatementStore, PostgresRailStatementStore>();
}
