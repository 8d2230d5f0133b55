using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Holders;
using XChat.Storage.Wallets.Cases;
using XChat.Storage.Wallets.Holders;

namespace XChat.Storage.Wallets;

/// <summary>The wallets' ports over PostgreSQL.</summary>
public static class WalletStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddWalletStorage(this IServiceCollection services) => services
        .AddSingleton<IWalletLedger, PostgresWalletLedger>()
        .AddSingleton<ILedgerOutbox, PostgresLedgerOutbox>()
        .AddSingleton<IPendingExpiry, PostgresPendingExpiry>()
        .AddSingleton<IHolderStore, PostgresHolderStore>()
        .AddSingleton<IMoneyCaseStore, PostgresMoneyCaseStore>();
}
