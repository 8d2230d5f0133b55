using XChat.Grains.Wallets;
using XChat.Storage.Wallets;

namespace XChat.Silo;

/// <summary>Red packets and payment requests in a silo.</summary>
internal static class ChatPaymentRegistration
{
    public static ISiloBuilder AddChatPayments(this ISiloBuilder silo)
    {
        silo.Services.AddChatPaymentStorage().AddChatPaymentGrains();
        return silo;
    }
}
