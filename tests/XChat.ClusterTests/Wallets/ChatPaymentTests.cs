using Microsoft.Extensions.DependencyInjection;

using XChat.Storage.Wallets;
using XChat.Testing.Database;
using XChat.Testing.Wallets;

namespace XChat.ClusterTests.Wallets;

/// <summary>The contract of red packets over stores in memory.</summary>
public sealed class RedPacketInMemoryTests : RedPacketContract
{
    protected override Task<WalletCluster> StartAsync() =>
        WalletCluster.StartAsync(services => services.AddInMemoryMoney().AddScriptedChatPayments(Roster));
}

/// <summary>The contract of red packets over PostgreSQL.</summary>
public sealed class RedPacketPostgresTests(PostgresFixture postgres) : RedPacketContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services =>
            services.AddSingleton(_database.DataSource).AddWalletStorage().AddChatPaymentStorage().AddScriptedChatPayments(Roster));
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();
}

/// <summary>The contract of payment requests over stores in memory.</summary>
public sealed class PaymentRequestInMemoryTests : PaymentRequestContract
{
    protected override Task<WalletCluster> StartAsync() =>
        WalletCluster.StartAsync(services => services.AddInMemoryMoney().AddScriptedChatPayments(Roster));
}

/// <summary>The contract of payment requests over PostgreSQL.</summary>
public sealed class PaymentRequestPostgresTests(PostgresFixture postgres) : PaymentRequestContract
{
    private TestDatabase _database = null!;

    protected override async Task<WalletCluster> StartAsync()
    {
        _database = await postgres.CreateDatabaseAsync(Cancelled);
        return await WalletCluster.StartAsync(services =>
            services.AddSingleton(_database.DataSource).AddWalletStorage().AddChatPaymentStorage().AddScriptedChatPayments(Roster));
    }

    protected override ValueTask StopAsync() => _database.DisposeAsync();
}
