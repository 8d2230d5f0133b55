using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Who hears of transfers. Telling twice does no harm.</summary>
public interface IPaymentNews
{
    /// <summary>Tells a person's devices that are online.</summary>
    Task TellAsync(UserId user, Currency currency, TransferId transfer);

    /// <summary>Shows a payment in its conversation, once; where that is not possible for good, it is left out.</summary>
    Task ShowAsync(TransferId transfer, UserId payer, PaymentCard card);
}
