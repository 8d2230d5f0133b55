using Microsoft.Extensions.DependencyInjection;

using XChat.Grains.Wallets.PaymentRequests;
using XChat.Grains.Wallets.RedPackets;

namespace XChat.Storage.Wallets;

/// <summary>The ports of red packets and payment requests over PostgreSQL.</summary>
public static class ChatPaymentStorageRegistration
{
    /// <summary>Adds them; they use the registered <see cref="Npgsql.NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddChatPaymentStorage(this IServiceCollection services) => services
        .AddSingleton<IRedPacketStore, PostgresRedPacketStore>()
        .AddSingleton<IPaymentRequestStore, PostgresPaymentRequestStore>();
}
