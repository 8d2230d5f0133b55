using XChat.Client.Accounts;
using XChat.Client.Conversations;
using XChat.Client.Delivery;
using XChat.Client.History;
using XChat.Client.Recovery;
using XChat.Client.Store;
using XChat.Client.Transparency;

namespace XChat.Client;

/// <summary>
/// A device of an XChat account: registers it, keeps its conversations level with the server, encrypts and decrypts. All that it shows comes from its
/// own store; all that it sends is stored first. Safe for concurrent use.
/// </summary>
/// <example>
/// <code>
/// await using XChatClient client = await XChatClient.OpenAsync(new() { ProfileFolder = "alice", Server = new("http://127.0.0.1:5080") });
/// await client.RegisterAsync("@alice");
/// await client.ConnectAsync();
/// Guid bob = await client.OpenDirectAsync("@bob");
/// await client.SendAsync(bob, "Hello");
/// await foreach (ChatEvent happened in client.ListenAsync()) { ... }
/// </code>
/// </example>
public sealed partial class XChatClient : IAsyncDisposable
{
    private const string ServerSetting = "server";

    private readonly XChatClientOptions _options;
    private readonly ProfileStore _store;
    private readonly EventFeed _feed = new();
    private DeviceKeys? _device;
    private ChatContext? _context;
    private ChatSync? _sync;
    private AccountEndpoints? _endpoints;
    private ServerConnection? _connection;
    private bool _closed;

    private XChatClient(XChatClientOptions options, ProfileStore store) => (_options, _store) = (options, store);

    /// <summary>The account and device of the profile; null before it is registered.</summary>
    public OwnDevice? Self => _device is null ? null : new OwnDevice(_device.User, "@" + _device.Handle, _device.Device);

    /// <summary>The server that the profile uses; null when none was ever named.</summary>
    public Uri? Server => _options.Server ?? (_store.Read(transaction => transaction.Setting<string>(ServerSetting)) is { } known ? new Uri(known) : null);

    /// <summary>The account and device of the profile.</summary>
    /// <exception cref="XChatException"><see cref="ClientErrorReason.NotRegistered"/>.</exception>
    public OwnDevice RequireSelf() => Self ?? throw NotRegistered();

    internal ProfileStore Store => _store;

    internal ChatSync Sync => _sync ?? throw NotRegistered();

    private ChatContext Context => _context ?? throw NotRegistered();

    /// <summary>Opens a profile, or makes a new one. Nothing is asked of the server yet.</summary>
    /// <exception cref="XChatException">The profile is in use, damaged, or of a newer version.</exception>
    public static Task<XChatClient> OpenAsync(XChatClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        XChatClient client = new(options, ProfileStore.Open(options.ProfileFolder));
        if (client._store.Read(transaction => transaction.Setting<OwnAccount>(OwnAccount.Setting)) is { Registered: true } account)
        {
            client.Use(account);
        }

        return Task.FromResult(client);
    }

    /// <summary>
    /// Signs in, reads everything that is new, sends what waits in the outbox, and from then on keeps the connection: when it is lost it is made again.
    /// A server that is there and cannot serve just then is tried again for <see cref="XChatClientOptions.ConnectPatience"/>; each failed attempt is told
    /// as a <see cref="WorkFailed"/>.
    /// </summary>
    /// <exception cref="XChatException">Not registered, nobody at the address, refused, or still without service when the patience was over.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ChatSync sync = Sync;
        if (_connection is not null)
        {
            return;
        }

        Uri server = RequireServer();
        _endpoints ??= new AccountEndpoints(server);
        ServerConnection connection = new(server, new SessionTokens(_endpoints, _device!, _options.Time), sync, _feed, _options.Time);
        await connection.StartAsync(_options.ConnectPatience, cancellationToken);
        _connection = connection;
        _historyWatch = new HistoryWatch(History, _feed, _options.HistoryPause, _options.Time);
        _watch = new RecoveryWatch(Pin, RootSecret, _feed, _options.RecoveryWatchPause, _options.Time);
        _store.Write(transaction => transaction.PutSetting(ServerSetting, server.AbsoluteUri));
    }

    /// <summary>
    /// What happens from this call on, in order for each conversation. Ends when the token is cancelled or the client closed. A listener that falls
    /// behind gets an <see cref="EventsMissed"/>.
    /// </summary>
    public IAsyncEnumerable<ChatEvent> ListenAsync(CancellationToken cancellationToken = default) => _feed.ListenAsync(cancellationToken);

    /// <summary>
    /// Ends when nothing is left to do at this moment: what was pushed is stored, what waits was sent, and the server knows how far this device has
    /// read. For programs that end after one command.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken = default)
    {
        if (_sync is { } sync)
        {
            await sync.SettleAsync().WaitAsync(cancellationToken);
            await KeepHistoryAsync(cancellationToken);
        }
    }

    /// <summary>Warnings of this profile so far, oldest first.</summary>
    public Task<IReadOnlyList<SecurityWarning>> WarningsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_store.Read(transaction => transaction.Warnings()));
    }

    /// <summary>Ends the connection, every wait and every listener, and lets go of the profile. The second time it has nothing to do.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            return;
        }

        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        if (_historyWatch is not null)
        {
            await _historyWatch.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_sync is not null)
        {
            await _sync.DisposeAsync();
        }

        _feed.End();
        _endpoints?.Dispose();
        _context?.Log.Dispose();
        _history?.Dispose();
        _pin?.Dispose();
        _realmHttp.Dispose();
        _device?.Dispose();
        _store.Dispose();
    }

    private static XChatException NotRegistered() => new(
        ClientErrorReason.NotRegistered, "This profile has no account yet: register a handle first (xchat register @you).");

    private Uri RequireServer() => Server ?? throw new XChatException(
        ClientErrorReason.InvalidInput, "No server is known for this profile: name one (--server http://127.0.0.1:5080).");

    private void Use(OwnAccount account)
    {
        _device = new DeviceKeys(account);
        ServerSlot server = new();
        WarningLog warnings = new(_store, _feed, _options.Time);
        LogWitness log = new(_store, server, warnings, account.User, _options.Time);
        _context = new ChatContext(
            _store, _device, new People(_store, server, log, new OwnKeys(_store, _device, warnings), warnings),
            new KeyPackageStock(_store, _device, server, _options.Time), log, warnings, _feed, server, _options.Time);
        _history = new HistorySync(_context);
        _sync = new ChatSync(_context, RestoreFirstAsync);
        UsePin(account, _device);
    }
}
