using System.Collections.Concurrent;

using XChat.GrainInterfaces.Delivery;
using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Wallets;

namespace XChat.Testing.Wallets;

/// <summary>Hears of transfers in place of devices and conversations, or fails to.</summary>
public sealed class ScriptedNews : IPaymentNews
{
    /// <summary>Decides whether a call fails; throws when it does.</summary>
    public Action<TransferId> Before { get; set; } = _ => { };

    /// <summary>Who was told of which transfer.</summary>
    public ConcurrentQueue<(UserId User, TransferId Transfer)> Told { get; } = new();

    /// <summary>The cards that were shown.</summary>
    public ConcurrentQueue<(TransferId Transfer, UserId Payer, PaymentCard Card)> Shown { get; } = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<bool>> TellAsync(IReadOnlyList<PersonNews> news, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<bool>>([.. news.Select(Tell)]);

    /// <inheritdoc/>
    public Task ShowAsync(TransferId transfer, UserId payer, PaymentCard card)
    {
        Before(transfer);
        Shown.Enqueue((transfer, payer, card));
        return Task.CompletedTask;
    }

    private bool Tell(PersonNews news)
    {
        try
        {
            Before(news.Transfer);
        }
        catch (TimeoutException)
        {
            return false;
        }

        Told.Enqueue((news.User, news.Transfer));
        return true;
    }
}
