using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Client.Recovery;
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
    /// the members' clients make by themselves. The account gets a new key, because the device has the one before; the devices that stay are given it.
    /// </summary>
    /// <param name="device">The device; not this one.</param>
    /// <param name="pin">The PIN of the account, with which the new key is backed up. Null: if there was a PIN, it brings nothing back any more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XChatException">There is no such device; or the PIN is wrong, and nothing was changed.</exception>
    public async Task<Revocation> RevokeDeviceAsync(Guid device, string? pin = null, CancellationToken cancellationToken = default)
    {
        if (device == Context.Device.Device)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, "This is the device in your hands: remove it from another one.");
        }

        // Realms answer only who shows the newest list, and it may have changed on another device.
        _ = await DevicesAsync(cancellationToken);
        if (pin is not null)
        {
            // A slip of the finger must not become the PIN.
            _ = await CheckPinAsync(pin, cancellationToken);
        }

        OwnAccount before = OwnAccountOf(_store);
        byte[] lastList = Context.People.SignedListOf(before.User) ?? before.DeviceList;
        using AccountKeys successor = AccountKeys.Generate();
        PinReport? backup = null;
        DeviceList Without(DeviceList list) => DeviceEnrolment.Remove(RequireDevice(list, device), device, Context.NowMs);
        if (pin is not null)
        {
            using AccountKeys keys = AccountKeys.FromRoot(before.Root);
            byte[] next = successor.Sign(keys.PassOn(Without(Context.People.DevicesOf(before.User)!), successor));
            using PinRecovery renewed = PinOf(Context.Device, successor.PublicKey, next);
            // Before the new key is in force: from then on the PIN has to open it.
            backup = await renewed.SetAsync(successor.ExportRoot(), pin, Pin.HasCode ? RecoveryCode.New() : null, cancellationToken);
        }

        _ = await PublishListAsync(Without, successor, cancellationToken);
        bool hadPin = await DestroyBackupAsync(before.AccountKey, lastList, cancellationToken);
        return new Revocation(backup, hadPin && backup is null);
    }

    /// <summary>Calls a device otherwise.</summary>
    public Task RenameDeviceAsync(Guid device, string label, CancellationToken cancellationToken = default) =>
        PublishListAsync(list => DeviceEnrolment.Rename(RequireDevice(list, device), device, label, Context.NowMs), null, cancellationToken);

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
        byte[] signed = await PublishListAsync(list => DeviceEnrolment.Add(list, device, Context.NowMs), null, cancellationToken);
        OwnAccount own = OwnAccountOf(_store);
        return new LinkedAccount([.. own.Root], own.Handle, signed);
    }

    /// <summary>
    /// Signs and publishes the next device list, by the present key or by one that it passes the account on to. When another device published first, it starts
    /// over from that list.
    /// </summary>
    private async Task<byte[]> PublishListAsync(Func<DeviceList, DeviceList> change, AccountKeys? successor, CancellationToken cancellationToken)
    {
        Conversations.ChatContext context = Context;
        Guid user = context.Device.User;
        for (int attempt = 0; attempt < PublishAttempts; attempt++)
        {
            _ = await context.People.RefreshAsync(user, cancellationToken);
            // Read anew: another device may have passed the account on meanwhile.
            using AccountKeys keys = AccountKeys.FromRoot(OwnAccountOf(_store).Root);
            DeviceList next = change(context.People.DevicesOf(user)!);
            byte[] signed = successor is null ? keys.Sign(next) : successor.Sign(keys.PassOn(next, successor));
            PublishDeviceListResult result = await context.Server.CallAsync(
                hub => hub.PublishDeviceList(new PublishDeviceListRequest(signed)), cancellationToken);
            if (result.Status is PublishDeviceListStatus.Accepted or PublishDeviceListStatus.AlreadyAccepted)
            {
                _ = await context.People.RefreshAsync(user, cancellationToken);
                return signed;
            }

            // A list by a key that another device has given up meanwhile is signed by nobody, and just as stale.
            _ = await context.People.RefreshAsync(user, cancellationToken);
            if (result.Status != PublishDeviceListStatus.StaleVersion && OwnAccountOf(_store).AccountKey.AsSpan().SequenceEqual(keys.PublicKey))
            {
                throw new XChatException(ClientErrorReason.ProtocolMismatch, $"The server refused the device list: {result.Status}.");
            }
        }

        throw new XChatException(ClientErrorReason.Refused, "Another device keeps changing the list of devices: try again.");
    }

    /// <summary>Has the realms destroy the backup of a key that was given up.</summary>
    /// <returns>Whether there was one.</returns>
    private async Task<bool> DestroyBackupAsync(byte[] accountKey, byte[] signedList, CancellationToken cancellationToken)
    {
        bool there = false;
        try
        {
            using PinRecovery old = PinOf(Context.Device, accountKey, signedList);
            there = (await old.StateAsync(cancellationToken)).Any(realm => realm.Registered);
            await old.DestroyAsync(cancellationToken);
        }
        catch (XChatException)
        {
            // No realms, or not to be reached now. What stays there opens a root secret that certifies nothing any more.
        }

        return there;
    }

    private static DeviceList RequireDevice(DeviceList list, Guid device) => list.Devices.Any(entry => entry.Device == device)
        ? list
        : throw new XChatException(ClientErrorReason.NotFound, "The account has no such device: xchat devices lists them.");
}
