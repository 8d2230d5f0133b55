using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Wallets;
using XChat.Grains.Wallets.Cases;
using XChat.Grains.Wallets.Disputes;
using XChat.Grains.Wallets.Holders;
using XChat.Grains.Wallets.PaymentRequests;
using XChat.Grains.Wallets.Rails;
using XChat.Grains.Wallets.RedPackets;

namespace XChat.Testing.Wallets;

/// <summary>Adds red packets and payment requests to a <see cref="WalletCluster"/>; who is in which conversation is scripted.</summary>
public static class ChatPayments
{
    /// <summary>Adds them over the stores that are registered.</summary>
    public static IServiceCollection AddScriptedChatPayments(this IServiceCollection services, ScriptedRoster roster) => services
        .AddChatPaymentGrains()
        .AddSingleton<IConversationRoster>(roster)
        .Configure<RedPacketOptions>(options =>
        {
            options.SweepPause = TimeSpan.FromMilliseconds(100);
            options.SweepLease = TimeSpan.FromMilliseconds(200);
            options.DecisionAttempts = 20;
        });

    /// <summary>Adds payments over one rail that a test plays.</summary>
    public static IServiceCollection AddScriptedRail(this IServiceCollection services, ScriptedRail rail) => services
        .AddRailGrains()
        .AddSingleton<IPaymentRail>(rail)
        .Configure<RailOptions>(options =>
        {
            options.SweepPause = TimeSpan.FromMilliseconds(100);
            options.SweepLease = TimeSpan.FromMilliseconds(200);
        });

    /// <summary>Adds stores in memory, the ledger's too.</summary>
    public static IServiceCollection AddInMemoryMoney(this IServiceCollection services)
    {
        InMemoryLedger ledger = new();
        return services
            .AddSingleton<IWalletLedger>(ledger)
            .AddSingleton<ILedgerOutbox>(ledger)
            .AddSingleton<IPendingExpiry>(ledger)
            .AddSingleton<IHolderStore>(ledger)
            .AddSingleton<IMoneyCaseStore>(new InMemoryMoneyCases(ledger))
            .AddSingleton<IDisputeStore>(new InMemoryDisputes())
            .AddSingleton<IRedPacketStore>(new InMemoryRedPackets())
            .AddSingleton<IRailPaymentStore>(new InMemoryRailPayments())
            .AddSingleton<IPaymentRequestStore>(new InMemoryPaymentRequests());
    }
}
