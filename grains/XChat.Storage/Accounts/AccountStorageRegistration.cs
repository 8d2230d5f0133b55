using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Accounts;

namespace XChat.Storage.Accounts;

/// <summary>The accounts' ports over PostgreSQL.</summary>
public static class AccountStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddAccountStorage(this IServiceCollection services) => services
        .AddSingleton<IAccountStore, PostgresAccountStore>()
        .AddSingleton<IHandleDirectory, PostgresHandleDirectory>()
        .AddSingleton<IAccountUpkeep, PostgresAccountUpkeep>()
        .AddSingleton<IKeyPackageStore, PostgresKeyPackageStore>();
}
