using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Recovery;

namespace XChat.Storage.Recovery;

/// <summary>The ports of the realms over PostgreSQL.</summary>
public static class RecoveryStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="RealmDatabases"/>.</summary>
    public static IServiceCollection AddRecoveryStorage(this IServiceCollection services) => services
        .AddSingleton<IRecoveryStore, PostgresRecoveryStore>()
        .AddSingleton<IGuessLedger, PostgresGuessLedger>();
}
