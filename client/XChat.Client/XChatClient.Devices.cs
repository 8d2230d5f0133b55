using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client;

/// <summary>The devices of the account: link, name, revoke.</summary>
public sealed partial class XChatClient
{
    private const int PublishAttempts = 3;

    /// <summary>Begins to link this new device to an account that another device has. The profile must be empty.</summary>
    /// <exception cref="XChatException">The profile has an account already, or the server cannot be reached.</exception>
    public async Task<LinkRequest> LinkAsync(CancellationToken cancellationToken = default)
    {
        if (_store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting)) is { } there)
        {
            throw new XChatException(
                ClientErrorReason.AlreadyRegistered, $"This profile is @{there.Handle} already: use another profile folder for another device.");
        }

        Uri server = RequireServer();
        _endpoints ??= new AccountEndpoints(server);
        return await LinkAsync(_endpoints, server, cancellationToken);
    }

    /// <summary>Takes up the link of a new device, by the code that it shows.</summary>
    /// <exception cref="XChatException">The code is wrong, used or over, or somebody sits in between.</exception>
    public Task<LinkAcceptance> AcceptLinkAsync(string code, CancellationToken cancellationToken = default)
    {
        _ = Context;
        _endpoints ??= new AccountEndpoints(RequireServer());
        return AcceptLinkAsync(_endpoints, code, cancellationToken);
    }

    /// <summary>
    /// Takes a device out of the account. Its sessions end at once, and it reads nothing that is sent after the next commit in each conversation, which
    /// the members' clients make by themselves.
    /// </summary>
    public Task RevokeDeviceAsync(Guid device, CancellationToken cancellationToken = default) => device == Context.Device.Device
        ? throw new XChatException(ClientErrorReason.InvalidInput, "This is the device in your hands: remove it from another one.")
        : PublishListAsync(list => DeviceEnrolment.Remove(RequireDevice(list, device), device, Context.NowMs), cancellationToken);

    /// <summary>Calls a device otherwise.</summary>
    public Task RenameDeviceAsync(Guid device, string label, CancellationToken cancellationToken = default) =>
        PublishListAsync(list => DeviceEnrolment.Rename(RequireDevice(list, device), device, label, Context.NowMs), cancellationToken);

    internal async Task<LinkRequest> LinkAsync(ILinkMailbox mailbox, Uri server, CancellationToken cancellationToken)
    {
        LinkRequest request = new(mailbox, _options.DeviceLabel, _options.Time, account => Complete(account, server));
        await request.BeginAsync(cancellationToken);
        return request;
    }

    internal async Task<LinkAcceptance> AcceptLinkAsync(ILinkMailbox mailbox, string code, CancellationToken cancellationToken)
    {
        Guid id = LinkCode.Parse(code);
        UsedLinks used = _store.Read(transaction => transaction.Setting<UsedLinks>(UsedLinks.Setting)) ?? new UsedLinks([]);
        if (used.Mailboxes.Contains(id))
        {
            const string Text = "This link code was used on this device before. Somebody may be repeating an old link. Nothing was sent.";
            Context.Warnings.Raise(SecurityWarningKind.LinkReplayed, Context.Device.User, Guid.Empty, Text);
            throw new XChatException(ClientErrorReason.Security, Text);
        }

        _store.Write(transaction => transaction.PutSetting(UsedLinks.Setting, used.With(id)));
        return await LinkAcceptance.BeginAsync(
            new LinkExchange(mailbox, id, _options.Time), Context.Device.User, CertifyAsync, cancellationToken);
    }

    private async Task<LinkedAccount> CertifyAsync(CertifiedDeviceEntry device, CancellationToken cancellationToken)
    {
        byte[] signed = await PublishListAsync(list => DeviceEnrolment.Add(list, device, Context.NowMs), cancellationToken);
        OwnAccount own = OwnAccountOf(_store);
        return new LinkedAccount([.. own.Root], own.Handle, signed);
    }

    /// <summary>Signs and publishes the next device list. When another device published first, it starts over from that list.</summary>
    private async Task<byte[]> PublishListAsync(Func<DeviceList, DeviceList> change, CancellationToken cancellationToken)
    {
        (Conversations.ChatContext context, OwnAccount own) = (Context, OwnAccountOf(_store));
        using AccountKeys keys = AccountKeys.FromRoot(own.Root);
        for (int attempt = 0; attempt < PublishAttempts; attempt++)
        {
            _ = await context.People.RefreshAsync(own.User, cancellationToken);
            byte[] signed = keys.Sign(change(context.People.DevicesOf(own.User)!));
            PublishDeviceListResult result = await context.Server.CallAsync(
                hub => hub.PublishDeviceList(new PublishDeviceListRequest(signed)), cancellationToken);
            if (result.Status is PublishDeviceListStatus.Accepted or PublishDeviceListStatus.AlreadyAccepted)
            {
                _ = await context.People.RefreshAsync(own.User, cancellationToken);
                return signed;
            }

            if (result.Status != PublishDeviceListStatus.StaleVersion)
            {
                throw new XChatException(ClientErrorReason.ProtocolMismatch, $"The server refused the device list: {result.Status}.");
            }
        }

        throw new XChatException(ClientErrorReason.Refused, "Another device keeps changing the list of devices: try again.");
    }

    private static DeviceList RequireDevice(DeviceList list, Guid device) => list.Devices.Any(entry => entry.Device == device)
        ? list
        : throw new XChatException(ClientErrorReason.NotFound, "The account has no such device: xchat devices lists them.");
}
