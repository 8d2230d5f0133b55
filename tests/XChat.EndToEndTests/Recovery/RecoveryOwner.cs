using NSec.Cryptography;

using XChat.Client.Accounts;
using XChat.Client.Delivery;
using XChat.Client.Recovery;
using XChat.Client.Store;
using XChat.Crypto.Identity;
using XChat.Crypto.Recovery;
using XChat.EndToEndTests.Standalone;
using XChat.Protocol.Recovery;

namespace XChat.EndToEndTests.Recovery;

/// <summary>An account that is known to realms alone: the SDK's part of a recovery, without a main server.</summary>
internal sealed class RecoveryOwner : IDisposable
{
    private readonly AccountKeys _keys = AccountKeys.Generate();
    private readonly ProfileStore _store;
    private readonly DeviceKeys _device;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly PinRecovery _pin;

    public RecoveryOwner(TemporaryFolder folder, RealmConfiguration configuration)
    {
        using Key key = Key.Create(
            SignatureAlgorithm.Ed25519, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        (Guid user, Guid device) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        byte[] list = _keys.Sign(new DeviceList(
            user, 1, 0, [new CertifiedDeviceEntry(device, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), "device")]));
        Root = _keys.ExportRoot();
        _device = new DeviceKeys(new OwnAccount(
            user, device, "alice", Root, key.Export(KeyBlobFormat.RawPrivateKey), list, Registered: true, _keys.PublicKey));
        _store = ProfileStore.Open(Path.Combine(folder.Path, "alice"));
        Clients = [.. configuration.Realms.Select(realm => new RealmClient(_http, new Uri("http://127.0.0.1"), realm))];
        RealmDevice proving = new(_device, () => _keys.PublicKey, () => list, TimeProvider.System);
        _pin = new PinRecovery(
            _store, _ => Task.FromResult((configuration, Clients)), proving, new WarningLog(_store, new EventFeed(), TimeProvider.System),
            TimeProvider.System, Cost);
    }

    /// <summary>Far below what clients use: the test guesses a lot.</summary>
    public static PinCost Cost { get; } = new(64, 1);

    public byte[] Root { get; }

    public byte[] AccountKey => _keys.PublicKey;

    public IReadOnlyList<RealmClient> Clients { get; }

    public RecoveryStatement Statement { get; private set; } = null!;

    public async Task SetPinAsync(string pin)
    {
        _ = await _pin.SetAsync(Root, pin, null, TestContext.Current.CancellationToken);
        FindRecoveryResult found = await Clients[0].CallAsync<FindRecoveryRequest, FindRecoveryResult>(
            RealmOperation.Find, new FindRecoveryRequest(AccountKey), TestContext.Current.CancellationToken);
        Assert.True(RecoveryStatement.TryVerify(Assert.Single(found.Slots).Statement, AccountKey, out RecoveryStatement? statement));
        Statement = statement;
    }

    public void Dispose()
    {
        _pin.Dispose();
        _http.Dispose();
        _store.Dispose();
        _device.Dispose();
        _keys.Dispose();
    }
}
