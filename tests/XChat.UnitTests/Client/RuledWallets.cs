using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.GrainInterfaces.Wallets;
using XChat.Grains.Conversations;
using XChat.Grains.Wallets;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Wallets;

namespace XChat.UnitTests.Client;

/// <summary>Wallets full of money that check orders by the rules of the real server, and show what was paid at once.</summary>
internal sealed class RuledWallets
{
    private readonly Dictionary<TransferId, (byte[] Digest, long Seq)> _paid = [];

    /// <summary>Whether a card arrives only when its epoch is over.</summary>
    public bool CardsComeLate { get; set; }

    /// <summary>Changes which transfer a card is shown for.</summary>
    public Func<TransferId, TransferId> Shown { get; set; } = transfer => transfer;

    public IReadOnlyCollection<TransferId> Paid => _paid.Keys;

    public static Guid ConversationOf(PayRequest request) =>
        PaymentOrder.TryDecode(request.Order, out PaymentOrder? order) ? order!.Conversation : Guid.Empty;

    public PaymentResult Pay(RuledServer server, Caller caller, PayRequest request)
    {
        PayOrder pay = new(caller, request.Order, request.Signature, request.Card ?? []);
        Assert.True(PaymentOrder.TryDecode(request.Order, out PaymentOrder? order));
        if (_paid.TryGetValue(order!.Transfer, out var first))
        {
            bool same = first.Digest.AsSpan().SequenceEqual(CommandDigest.Of(pay));
            return new PaymentResult(same ? WalletStatus.AlreadyAccepted : WalletStatus.IdReusedWithDifferentContent, first.Seq, 0, 0);
        }

        AccountView view = server.Registered(caller.User.Value);
        WalletStatus status = PaymentRules.Check(
            WalletKey.Of(caller.User, order.Amount.Currency), pay, order, Describe(view), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        if (status != WalletStatus.Accepted)
        {
            return new PaymentResult(status, 0, 0, 0);
        }

        _paid.Add(order.Transfer, (CommandDigest.Of(pay), _paid.Count + 1));
        Show(server, caller, order, pay.Card);
        return new PaymentResult(WalletStatus.Accepted, _paid.Count, 0, 0);
    }

    private void Show(RuledServer server, Caller caller, PaymentOrder order, byte[] card)
    {
        if (order.Conversation == Guid.Empty)
        {
            return;
        }

        RuledConversation log = server.Conversation(order.Conversation);
        ShowPayment show = new(caller, Shown(order.Transfer), CardsComeLate ? [] : card);
        PrivateMessageInfo? facts = PrivateMessageInspector.TryInspect(show.Card, out PrivateMessageInfo read) ? read : null;
        LogEntry command = new(
            0, EntryKind.Payment, caller, new MessageId(show.Transfer.Value), 0, 0, 0, show.Transfer.Value, 0, show.Card);
        Assert.Equal(ConversationStatus.Accepted, log.Change(command, () => ConversationRules.DecidePayment(log.State, show, facts, log.Next)).Status);
    }

    private static AccountDescription Describe(AccountView view)
    {
        Assert.True(Crypto.Identity.DeviceList.TryVerify(view.DeviceList, view.AccountKey, out Crypto.Identity.DeviceList? list));
        return new AccountDescription(
            true, view.Handle, view.AccountKey, view.DeviceList, list.Version,
            [.. list.Devices.Select(device => new CertifiedDevice(new DeviceId(device.Device), device.SignatureKey))]);
    }
}
