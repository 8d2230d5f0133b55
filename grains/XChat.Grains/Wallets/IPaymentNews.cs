using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Grains.Wallets;

/// <summary>Who hears of transfers. Telling twice does no harm.</summary>
public interface IPaymentNews
{
    /// <summary>Tells people's devices that are online. The answer says for each whether none is left that may not have been told.</summary>
    Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<PersonNews> news, CancellationToken cancellationToken);

    /// <summary>Shows a payment in its conversation, once; where that is not possible for good, it is left out.</summary>
    Task ShowAsync(TransferId transfer, UserId payer, PaymentCard card);
}
