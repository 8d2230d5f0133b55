using NSec.Cryptography;

using XChat.Client;
using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Crypto.Identity;
using XChat.Protocol.Accounts;
using XChat.Testing;

namespace XChat.UnitTests.Client;

/// <summary>A device with a profile of its own on a <see cref="RuledServer"/>. Its process can end and start again.</summary>
internal sealed class TestDevice : IAsyncDisposable
{
    private static readonly Uri Nowhere = new("http://nowhere.test");

    private readonly TemporaryProfile _profile = new();
    private readonly RuledServer _server;
    private RuledHub? _hub;

    private TestDevice(RuledServer server) => _server = server;

    public XChatClient Client { get; private set; } = null!;

    public string Handle => Client.Self!.Handle;

    public Guid User => Client.Self!.User;

    public OwnAccount Account => Client.Store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting))!;

    /// <summary>The events that WorkFailed reported, to see why a test hangs.</summary>
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A new person, registered and online.</summary>
    public static async Task<TestDevice> OnlineAsync(RuledServer server, string handle)
    {
        TestDevice device = new(server);
        await device.OpenAsync();
        OwnAccount account = device.Client.Prepare(handle);
        server.Register(new AccountView(account.User, handle, account.AccountKey, account.DeviceList));
        device.Client.Complete(account, Nowhere);
        await device.ConnectAsync();
        return device;
    }

    /// <summary>A device with an empty profile.</summary>
    public static async Task<TestDevice> NewAsync(RuledServer server)
    {
        TestDevice device = new(server);
        await device.OpenAsync();
        return device;
    }

    /// <summary>Another device of the same person, certified by a next device list, and online.</summary>
    public async Task<TestDevice> LinkAnotherAsync()
    {
        TestDevice other = new(_server);
        await other.OpenAsync();
        OwnAccount fresh = other.Client.Prepare(Account.Handle);
        using AccountKeys keys = AccountKeys.FromRoot(Account.Root);
        byte[] list = Extend(keys, fresh.Device, PublicKeyOf(fresh));
        other.Client.Complete(fresh with { User = User, Root = Account.Root, AccountKey = Account.AccountKey, DeviceList = list }, Nowhere);
        _server.Register(_server.Registered(User) with { DeviceList = list });
        await other.ConnectAsync();
        return other;
    }

    public async Task ConnectAsync()
    {
        _hub = _server.Connect(User, Client.Self!.Device, Client.Sync);
        await Client.Sync.AttachAsync(_hub, Cancelled);
    }

    public void Disconnect()
    {
        if (Client.Self is null)
        {
            return;
        }

        Client.Sync.Detach();
        if (_hub is not null)
        {
            _server.Disconnect(_hub);
        }
    }

    /// <summary>The process ends; what it had in memory is gone.</summary>
    public async Task EndAsync()
    {
        Disconnect();
        await Client.DisposeAsync();
    }

    /// <summary>The process starts again on the same profile, offline.</summary>
    public async Task OpenAsync() =>
        Client = await XChatClient.OpenAsync(new XChatClientOptions { ProfileFolder = _profile.Path, DeviceLabel = "test" }, Cancelled);

    public async Task<Guid> OpenDirectAsync(TestDevice other) => await Client.OpenDirectAsync(other.Handle, Cancelled);

    public Task<ChatMessage> SendAsync(Guid conversation, string text) => Client.SendAsync(conversation, text, Cancelled);

    public async Task<string[]> TextsAsync(Guid conversation) =>
        [.. (await Client.ReadAsync(conversation, 0, 500, Cancelled)).Select(message => message.Text).OfType<string>()];

    /// <summary>Waits until exactly these texts are there, in this order.</summary>
    public async Task ReadsAsync(Guid conversation, params string[] texts)
    {
        string[] last = [];
        await Eventually.HoldsAsync(
            async () => (last = await TextsAsync(conversation)).SequenceEqual(texts), Cancelled, what: $"{Handle} reads {string.Join(" | ", texts)}");
        Assert.Equal(texts, last);
    }

    public Task StageAsync(Guid conversation, ConversationStage stage) => Eventually.HoldsAsync(
        () => Client.Store.Read(transaction => transaction.Conversation(conversation))?.Stage == stage, Cancelled, what: $"{Handle} is {stage}");

    public async Task<SecurityWarning> WarningAsync(SecurityWarningKind kind)
    {
        SecurityWarning? found = null;
        await Eventually.HoldsAsync(
            async () => (found = (await Client.WarningsAsync(Cancelled)).FirstOrDefault(warning => warning.Kind == kind)) is not null,
            Cancelled, what: $"{Handle} is warned of {kind}");
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _profile.Dispose();
    }

    private static byte[] PublicKeyOf(OwnAccount account)
    {
        using Key key = Key.Import(SignatureAlgorithm.Ed25519, account.DeviceKey, KeyBlobFormat.RawPrivateKey);
        return key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    private byte[] Extend(AccountKeys keys, Guid device, byte[] publicKey)
    {
        AccountView view = _server.Registered(User);
        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        return keys.Sign(list with
        {
            Version = list.Version + 1,
            Devices = [.. list.Devices, new CertifiedDeviceEntry(device, publicKey, "second")],
        });
    }
}
