using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;

namespace XChat.Client;

/// <summary>The account and its devices.</summary>
public sealed partial class XChatClient
{
    /// <summary>
    /// Registers a handle and makes the keys of the account and this device. A server that is there and cannot serve just then is tried again for
    /// <see cref="XChatClientOptions.ConnectPatience"/>. After an unknown outcome it is called again: the same registration is repeated.
    /// </summary>
    /// <exception cref="XChatException">The handle is malformed, reserved or taken, or the server cannot be reached.</exception>
    public async Task<OwnDevice> RegisterAsync(string handle, CancellationToken cancellationToken = default)
    {
        if (_device is not null)
        {
            throw new XChatException(
                ClientErrorReason.AlreadyRegistered, $"This profile is @{_device.Handle} already: use another profile folder for another account.");
        }

        RegisterStatus check = HandleRules.Check(handle, out string normalised);
        if (check != RegisterStatus.Accepted)
        {
            throw RefusedHandle(check, handle);
        }

        Uri server = RequireServer();
        _endpoints ??= new AccountEndpoints(server);
        OwnAccount account = Prepare(normalised);
        Task<RegisterStatus> OnceAsync() => PassingFailures.OutlastAsync(
            () => RegisterOnceAsync(account, cancellationToken),
            PassingFailures.MayPassForNewcomers,
            _options.ConnectPatience,
            _feed,
            _options.Time,
            cancellationToken);
        RegisterStatus status = await OnceAsync();
        if (status == RegisterStatus.ProofRejected)
        {
            // It took longer than the window, or the server asks for more since.
            status = await OnceAsync();
        }

        if (status is not (RegisterStatus.Accepted or RegisterStatus.AlreadyAccepted))
        {
            throw RefusedHandle(status, normalised);
        }

        return Complete(account, server);
    }

    /// <summary>The certified devices of the own account.</summary>
    public Task<IReadOnlyList<DeviceSummary>> DevicesAsync(CancellationToken cancellationToken = default) =>
        DevicesOfAsync(Context.Device.User, cancellationToken);

    /// <summary>The certified devices of another account.</summary>
    public async Task<IReadOnlyList<DeviceSummary>> DevicesAsync(string handle, CancellationToken cancellationToken = default)
    {
        StoredPerson person = await Context.People.FindAsync(handle, cancellationToken);
        return await DevicesOfAsync(person.User, cancellationToken);
    }

    /// <summary>The user id of a handle, asked of the server and verified.</summary>
    public async Task<Guid> FindPersonAsync(string handle, CancellationToken cancellationToken = default) =>
        (await Context.People.FindAsync(handle, cancellationToken)).User;

    /// <summary>The handle of a user id, <c>@bob</c>.</summary>
    public async Task<string> HandleOfAsync(Guid user, CancellationToken cancellationToken = default) =>
        user == Context.Device.User ? "@" + Context.Device.Handle : "@" + (await Context.People.FindAsync(user, cancellationToken)).Handle;

    /// <summary>The account of this profile, made and stored before anything is sent; an unfinished registration goes on with its keys.</summary>
    internal OwnAccount Prepare(string handle)
    {
        OwnAccount? unfinished = _store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting));
        OwnAccount account = unfinished is null ? Make(handle) : unfinished with { Handle = handle };
        _store.Write(transaction => transaction.PutSetting(OwnAccount.Setting, account));
        return account;
    }

    /// <summary>The account is there: from now on this profile is it.</summary>
    internal OwnDevice Complete(OwnAccount account, Uri server)
    {
        OwnAccount registered = account with { Registered = true };
        _store.Write(transaction =>
        {
            transaction.PutSetting(OwnAccount.Setting, registered);
            transaction.PutSetting(ServerSetting, server.AbsoluteUri);
        });
        Use(registered);
        return Self!;
    }

    private async Task<IReadOnlyList<DeviceSummary>> DevicesOfAsync(Guid user, CancellationToken cancellationToken)
    {
        ChatContext context = Context;
        if (context.Server.Connected)
        {
            _ = await context.People.RefreshAsync(user, cancellationToken);
        }

        return
        [
            .. (context.People.DevicesOf(user)?.Devices ?? []).Select(
                device => new DeviceSummary(device.Device, device.Label, device.Device == context.Device.Device)),
        ];
    }

    private OwnAccount Make(string handle)
    {
        using AccountKeys keys = AccountKeys.Generate();
        NewDevice device = DeviceEnrolment.Make(_options.DeviceLabel);
        Guid user = UserId.New().Value;
        byte[] list = keys.Sign(new DeviceList(
            user, 1, _options.Time.GetUtcNow().ToUnixTimeMilliseconds(), [new CertifiedDeviceEntry(device.Device, device.PublicKey, device.Label)]));
        return new OwnAccount(user, device.Device, handle, keys.ExportRoot(), device.PrivateKey, list, Registered: false, keys.PublicKey);
    }

    private async Task<RegisterStatus> RegisterOnceAsync(OwnAccount account, CancellationToken cancellationToken)
    {
        ServerInfo info = await _endpoints!.DescribeServerAsync(cancellationToken);
        long nonce = await Task.Run(
            () => RegistrationProof.Solve(account.User, account.Handle, info.TimeMs, info.RegistrationDifficulty, cancellationToken), cancellationToken);
        RegisterResult result = await _endpoints.RegisterAsync(
            new RegisterRequest(account.User, account.Handle, account.AccountKey, account.DeviceList, info.TimeMs, nonce), cancellationToken);
        return result.Status;
    }

    private static XChatException RefusedHandle(RegisterStatus status, string handle) => status switch
    {
        RegisterStatus.HandleInvalid => new XChatException(
            ClientErrorReason.InvalidInput, $"'{handle}' is not a handle: 3 to 30 of a-z, 0-9, '_' and '.', starting with a letter."),
        RegisterStatus.HandleReserved => new XChatException(ClientErrorReason.Refused, $"'{handle}' is reserved: choose another handle."),
        RegisterStatus.HandleTaken => new XChatException(
            ClientErrorReason.Refused, $"'{handle}', or a handle that looks the same, is taken: choose another one."),
        RegisterStatus.IdReusedWithDifferentContent => new XChatException(
            ClientErrorReason.Refused,
            "An earlier registration of this profile reached the server under another handle: repeat it with that handle, or use a new profile folder."),
        _ => new XChatException(ClientErrorReason.ProtocolMismatch, $"The server refused the registration: {status}."),
    };
}
