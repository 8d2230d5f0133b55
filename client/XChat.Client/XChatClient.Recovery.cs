using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Client.History;
using XChat.Client.Recovery;
using XChat.Crypto.Identity;
using XChat.Crypto.Recovery;
using XChat.Protocol.Accounts;

namespace XChat.Client;

/// <summary>The PIN that brings an account back when every device is lost.</summary>
public sealed partial class XChatClient
{
    private const string RecoveringSetting = "recovering";
    private const int PublishTries = 5;

    private readonly HttpClient _realmHttp = new() { Timeout = TimeSpan.FromSeconds(30) };
    private RealmTrust? _realmTrust;
    private PinRecovery? _pin;
    private RecoveryWatch? _watch;

    private PinRecovery Pin => _pin ?? throw NotRegistered();

    private RealmTrust Trust => _realmTrust ??= new RealmTrust(_store, new WarningLog(_store, _feed, _options.Time));

    /// <summary>
    /// Sets the PIN, or another one. What was set before stops to open anything once enough realms have the new shares.
    /// </summary>
    /// <param name="pin">4 to 64 characters; <see cref="PinRules.Weakness"/> says what is easily guessed.</param>
    /// <param name="withCode">Whether to put a recovery code in front, which is returned once: without it no guess is counted.</param>
    /// <param name="cancellationToken">Gives up; what was under way goes on with the next connection.</param>
    /// <exception cref="XChatException">The server has no realms, too few can be reached, or the PIN is none.</exception>
    public Task<PinReport> SetPinAsync(string pin, bool withCode = false, CancellationToken cancellationToken = default) =>
        Pin.SetAsync(RootSecret(), pin, withCode ? RecoveryCode.New() : null, cancellationToken);

    /// <summary>Opens the backup with the PIN and puts nothing in its place: whoever can do this can recover. A wrong PIN counts as a guess.</summary>
    public Task<PinReport> CheckPinAsync(string pin, CancellationToken cancellationToken = default) => Pin.CheckAsync(pin, cancellationToken);

    /// <summary>Re-shares what the realms have, so that copies of their databases from before are worth nothing. Happens monthly by itself.</summary>
    public Task RefreshPinAsync(CancellationToken cancellationToken = default) => Pin.RefreshAsync(RootSecret(), cancellationToken);

    /// <summary>Has the realms destroy what they have.</summary>
    public Task DeletePinAsync(CancellationToken cancellationToken = default) => Pin.DeleteAsync(cancellationToken);

    /// <summary>Forbids attempts without a device for a week.</summary>
    public Task VetoRecoveryAsync(CancellationToken cancellationToken = default) => Pin.VetoAsync(cancellationToken);

    /// <summary>What each realm has, how many guesses are left, and who tried.</summary>
    public Task<IReadOnlyList<RealmState>> RecoveryStateAsync(CancellationToken cancellationToken = default) => Pin.StateAsync(cancellationToken);

    /// <summary>
    /// Brings an account back into this new profile: opens the backup with the PIN, makes a new device, and has the account certify it.
    /// </summary>
    /// <param name="handle">The account's handle.</param>
    /// <param name="pin">Its PIN.</param>
    /// <param name="code">Its recovery code, if it has one.</param>
    /// <param name="revokeOthers">Whether the devices before are revoked: right when they are lost or stolen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="XChatException">Wrong PIN, no guesses, not now, or unreachable; the text says what is left.</exception>
    public async Task<OwnDevice> RecoverAsync(
        string handle, string pin, string? code = null, bool revokeOthers = false, CancellationToken cancellationToken = default)
    {
        if (_device is not null)
        {
            throw new XChatException(
                ClientErrorReason.AlreadyRegistered, $"This profile is @{_device.Handle} already: recover into a new profile folder (--profile).");
        }

        if (HandleRules.Check(handle, out string normalised) == RegisterStatus.HandleInvalid)
        {
            throw new XChatException(ClientErrorReason.InvalidInput, $"'{handle}' is not a handle: 3 to 30 of a-z, 0-9, '_' and '.', starting with a letter.");
        }

        PinRules.Require(pin);
        Uri server = RequireServer();
        _endpoints ??= new AccountEndpoints(server);
        (_, IReadOnlyList<RealmClient> realms) = await RealmsAsync(cancellationToken);
        AccountView view = await FindOwnAsync(normalised, cancellationToken);
        byte[] root = await new PinOpening(realms, view.AccountKey, null, _options.PinCost).OpenAsync(pin, code, cancellationToken);
        using AccountKeys keys = AccountKeys.FromRoot(root);
        CryptographicOperations.ZeroMemory(root);
        if (!keys.PublicKey.AsSpan().SequenceEqual(view.AccountKey))
        {
            throw new XChatException(ClientErrorReason.Security, "The PIN opens a backup, but not that of this account. Nothing was changed.");
        }

        RecoveryPlan plan = new(keys, revokeOthers ? AccountKeys.Generate() : null, pin, code);
        using (plan.Successor)
        {
            if (plan.Successor is not null)
            {
                _store.Write(transaction => HistoryKeyring.KeepOf(transaction, keys.ExportRoot()));
            }

            OwnDevice self = Complete(await CertifyAsync(view, plan, cancellationToken), server);
            await Pin.TakeBearingsAsync(cancellationToken);
            return self;
        }
    }

    /// <summary>The server's account of a handle, held against its own signature. The PIN backup then tells whether it is the right one.</summary>
    private async Task<AccountView> FindOwnAsync(string handle, CancellationToken cancellationToken)
    {
        FindAccountResult found = await _endpoints!.FindAccountAsync(handle, cancellationToken);
        if (found.Account is not { } view || view.Handle != handle)
        {
            throw new XChatException(ClientErrorReason.NotFound, $"There is no @{handle} on this server.");
        }

        return TrustRules.Judge(null, view) == TrustVerdict.Trusted
            ? view
            : throw new XChatException(ClientErrorReason.Security, $"What the server says about @{handle} is not signed by that account. Nothing was tried.");
    }

    /// <summary>Puts a new device on the account's list. Stored before it is sent, so that a repeated recovery goes on with the same device.</summary>
    private async Task<OwnAccount> CertifyAsync(AccountView view, RecoveryPlan plan, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < PublishTries; attempt++)
        {
            OwnAccount account = MakeRecovered(view, plan);
            _store.Write(transaction => transaction.PutSetting(RecoveringSetting, account));
            if (plan.Successor is not null && attempt == 0)
            {
                // Before the new key is in force: from then on the PIN has to open it.
                using DeviceKeys device = new(account);
                using PinRecovery pin = PinOf(device, account.AccountKey, account.DeviceList);
                _ = await pin.SetAsync(account.Root, plan.Pin, plan.Code, cancellationToken);
            }

            PublishDeviceListResult result = await _endpoints!.PublishRecoveredListAsync(
                new PublishRecoveredListRequest(view.User, account.DeviceList), cancellationToken);
            switch (result.Status)
            {
                case PublishDeviceListStatus.Accepted or PublishDeviceListStatus.AlreadyAccepted:
                    return account;
                case PublishDeviceListStatus.StaleVersion:
                    view = await FindOwnAsync(view.Handle, cancellationToken);
                    break;
                default:
                    throw new XChatException(ClientErrorReason.ProtocolMismatch, $"The server refused the new device: {result.Status}.");
            }
        }

        throw new XChatException(ClientErrorReason.Refused, "The account's device list changes all the time: try again.");
    }

    private OwnAccount MakeRecovered(AccountView view, RecoveryPlan plan)
    {
        _ = DeviceList.TryVerify(view.DeviceList, plan.Keys.PublicKey, out DeviceList? list);
        OwnAccount? unfinished = _store.Read(transaction => transaction.Setting<OwnAccount>(RecoveringSetting));
        using Key device = unfinished is not null && unfinished.User == view.User
            ? Key.Import(SignatureAlgorithm.Ed25519, unfinished.DeviceKey, KeyBlobFormat.RawPrivateKey, Exportable)
            : Key.Create(SignatureAlgorithm.Ed25519, Exportable);
        Guid id = unfinished is not null && unfinished.User == view.User ? unfinished.Device : DeviceId.New().Value;
        CertifiedDeviceEntry own = new(id, device.PublicKey.Export(KeyBlobFormat.RawPublicKey), DeviceEnrolment.LabelOf(_options.DeviceLabel));
        CertifiedDeviceEntry[] kept = [.. plan.Successor is not null ? [] : list!.Devices.Where(entry => entry.Device != id)];
        if (kept.Length >= DeviceList.MaxDevices)
        {
            throw new XChatException(
                ClientErrorReason.Refused, $"The account has {kept.Length} devices, as many as there can be: recover with --revoke-others.");
        }

        DeviceList next = list! with
        {
            Version = list.Version + 1, IssuedAtMs = _options.Time.GetUtcNow().ToUnixTimeMilliseconds(), Devices = [.. kept, own],
        };
        AccountKeys signer = plan.Successor ?? plan.Keys;
        byte[] signed = signer.Sign(plan.Successor is null ? next : plan.Keys.PassOn(next, signer));
        return new OwnAccount(
            view.User, id, view.Handle, signer.ExportRoot(), device.Export(KeyBlobFormat.RawPrivateKey), signed, Registered: false, signer.PublicKey);
    }

    /// <summary>What a recovery goes by: the keys that the PIN opened, and those that take their place when the other devices are revoked.</summary>
    private sealed record RecoveryPlan(AccountKeys Keys, AccountKeys? Successor, string Pin, string? Code);

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    /// <summary>The realms of this profile, after a look at what the server hands out.</summary>
    private async Task<(RealmConfiguration Configuration, IReadOnlyList<RealmClient> Clients)> RealmsAsync(CancellationToken cancellationToken)
    {
        Uri server = RequireServer();
        _endpoints ??= new AccountEndpoints(server);
        ServerInfo info = await _endpoints.DescribeServerAsync(cancellationToken);
        RealmConfiguration configuration = Trust.Accept(info.RealmConfiguration) ?? throw new XChatException(
            ClientErrorReason.Refused, $"{server} has no realms, so there is no PIN here: who loses all devices loses the account.");
        return (configuration, [.. configuration.Realms.Select(realm => new RealmClient(_realmHttp, server, realm))]);
    }

    private byte[] RootSecret() => (_store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting)) ?? throw NotRegistered()).Root;

    private void UsePin(OwnAccount account, DeviceKeys keys)
    {
        RealmDevice device = new(
            keys, () => OwnAccountOf(_store).AccountKey, () => _store.Read(transaction => transaction.Person(account.User))?.SignedList ?? account.DeviceList,
            _options.Time);
        _pin = PinOf(device);
    }

    /// <summary>The PIN of an account key other than the present one: of the next one before it is in force, or of the one that was given up.</summary>
    private PinRecovery PinOf(DeviceKeys keys, byte[] accountKey, byte[] signedList) =>
        PinOf(new RealmDevice(keys, () => accountKey, () => signedList, _options.Time));

    private PinRecovery PinOf(RealmDevice device) => new(
        _store, RealmsAsync, device, new WarningLog(_store, _feed, _options.Time), _options.Time, _options.PinCost);
}
