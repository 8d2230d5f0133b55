using NSec.Cryptography;

using XChat.Crypto.Identity;
using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;
using XChat.Testing.Conversations;

namespace XChat.Testing.Accounts;

/// <summary>A person with real keys: what a client would send, and whatever a hostile one might.</summary>
public sealed class TestAccount : IDisposable
{
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly Dictionary<DeviceId, Key> _devices = [];
    private AccountKeys _keys = AccountKeys.Generate();
    private AccountKeyHistory? _history;
    private AccountKeys? _givenUp;

    /// <summary>A person with one device, not registered yet.</summary>
    public TestAccount(AccountCluster cluster)
        : this(cluster.Grains, cluster.Time)
    {
    }

    /// <summary>A person at a server whose registrations cost <see cref="AccountCluster.Difficulty"/>.</summary>
    public TestAccount(IGrainFactory grains, TimeProvider time)
    {
        (_grains, _time) = (grains, time);
        Device = AddDevice();
    }

    /// <summary>The account's id.</summary>
    public UserId User { get; } = UserId.New();

    /// <summary>The first device.</summary>
    public DeviceId Device { get; }

    /// <summary>The account, its sessions and its key packages.</summary>
    public IAccountGrain Account => _grains.Account(User);

    /// <inheritdoc cref="Account"/>
    public ISessionGrain Sessions => _grains.Sessions(User);

    /// <inheritdoc cref="Account"/>
    public IKeyPackageGrain KeyPackages => _grains.KeyPackages(User);

    /// <summary>The public account key.</summary>
    public byte[] AccountKey => _keys.PublicKey;

    /// <summary>The keys of before a device was taken out: what whoever took that device apart has.</summary>
    public AccountKeys GivenUp => _givenUp ?? throw new InvalidOperationException("No device was taken out.");

    /// <summary>A person who has registered.</summary>
    public static Task<TestAccount> RegisterAsync(AccountCluster cluster, string handle) => RegisterAsync(cluster.Grains, cluster.Time, handle);

    /// <inheritdoc cref="RegisterAsync(AccountCluster, string)"/>
    public static async Task<TestAccount> RegisterAsync(IGrainFactory grains, TimeProvider time, string handle)
    {
        TestAccount account = new(grains, time);
        AccountRegistered registered = await account.Account.Register(account.Registration(handle));
        return registered.Status == RegisterStatus.Accepted
            ? account
            : throw new InvalidOperationException($"{handle} was not registered: {registered.Status}.");
    }

    /// <summary>A further device with a key of its own, the one that <see cref="MlsBytes"/> signs with; no list has it yet.</summary>
    public DeviceId AddDevice()
    {
        DeviceId device = DeviceId.New();
        _devices[device] = ScriptedDevices.SigningKeyOf(device);
        return device;
    }

    /// <summary>The device as a caller.</summary>
    public Caller CallerOf(DeviceId? device = null) => new(User, device ?? Device);

    /// <summary>The public key of a device.</summary>
    public byte[] KeyOf(DeviceId device) => _devices[device].PublicKey.Export(KeyBlobFormat.RawPublicKey);

    /// <summary>A registration with a proof of work; the first list has the first device.</summary>
    public RegisterAccount Registration(string handle, DateTimeOffset? at = null, byte[]? deviceList = null, UserId? provedFor = null)
    {
        long timeMs = (at ?? _time.GetUtcNow()).ToUnixTimeMilliseconds();
        _ = HandleRules.Check(handle, out string normalised);
        long nonce = RegistrationProof.Solve((provedFor ?? User).Value, normalised, timeMs, AccountCluster.Difficulty, CancellationToken.None);
        return new RegisterAccount(handle, AccountKey, deviceList ?? SignedList(1, Device), timeMs, nonce);
    }

    /// <summary>A device list signed by the account key, or by another's.</summary>
    public byte[] SignedList(long version, params IEnumerable<DeviceId> devices) => SignedList(_keys, version, devices);

    /// <inheritdoc cref="SignedList(long, IEnumerable{DeviceId})"/>
    public byte[] SignedList(AccountKeys signer, long version, IEnumerable<DeviceId> devices)
    {
        CertifiedDeviceEntry[] entries = [.. devices.Select(device => new CertifiedDeviceEntry(device.Value, KeyOf(device), "a device"))];
        return signer.Sign(new DeviceList(User.Value, version, 0, entries) { History = signer == _keys ? _history : null });
    }

    /// <summary>A device list with which this account is passed on to another key; this account goes on with the one it has.</summary>
    public byte[] PassedOnList(AccountKeys successor, long version, params IEnumerable<DeviceId> devices) =>
        PassedOnList(_keys, successor, version, devices);

    /// <summary>A device list with which a key passes the account on to another one; this account goes on with the one it has.</summary>
    public byte[] PassedOnList(AccountKeys from, AccountKeys successor, long version, params IEnumerable<DeviceId> devices) =>
        successor.Sign(PassOn(from, successor, version, devices, from == _keys ? _history : null));

    /// <summary>Publishes a device list. One that leaves a device out passes the account on to a new key, as every client does.</summary>
    public async Task<DeviceListPublished> PublishAsync(long version, params IEnumerable<DeviceId> devices)
    {
        AccountDescription now = await Account.Describe();
        if (version == 1 || now.Devices.All(device => devices.Contains(device.Device)))
        {
            return await Account.PublishDeviceList(new PublishDeviceList(CallerOf(), SignedList(version, devices)));
        }

        AccountKeys successor = AccountKeys.Generate();
        DeviceList list = PassOn(_keys, successor, version, devices, _history);
        DeviceListPublished published = await Account.PublishDeviceList(new PublishDeviceList(CallerOf(), successor.Sign(list)));
        if (published.Status == PublishDeviceListStatus.Accepted)
        {
            _givenUp?.Dispose();
            (_givenUp, _keys, _history) = (_keys, successor, list.History);
        }
        else
        {
            successor.Dispose();
        }

        return published;
    }

    /// <summary>Asks for a challenge and signs it.</summary>
    public async Task<SignIn> SignedChallengeAsync(DeviceId? device = null)
    {
        DeviceId signer = device ?? Device;
        IssuedChallenge issued = await Sessions.IssueChallenge(new IssueChallenge(signer));
        return new SignIn(signer, issued.Challenge, SignInStatement.Sign(_devices[signer], User.Value, signer.Value, issued.Challenge));
    }

    /// <summary>Signs in; null when refused.</summary>
    public async Task<string?> SignInAsync(DeviceId? device = null) => (await Sessions.SignIn(await SignedChallengeAsync(device))).Token;

    /// <summary>Whether a token is that of a live session.</summary>
    public async Task<bool> IsLiveAsync(string? token) => (await Sessions.Verify(new VerifySession(token ?? string.Empty))).Valid;

    /// <summary>A key package of a device; the identity may be another's.</summary>
    public byte[] NewKeyPackage(
        DeviceId? device = null, bool lastResort = false, byte[]? identity = null, DeviceId? signer = null, TimeSpan? lifetime = null)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DeviceId owner = device ?? Device;
        using KeyPackageBundle bundle = KeyPackageBundle.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519,
            identity ?? MemberIdentity.Encode(User.Value, owner.Value),
            _devices[signer ?? owner],
            now - TimeSpan.FromDays(1),
            now + (lifetime ?? TimeSpan.FromDays(90)),
            lastResort);
        return bundle.KeyPackage;
    }

    /// <summary>One-time key packages of a device.</summary>
    public byte[][] NewKeyPackages(int count, DeviceId? device = null) => [.. Enumerable.Range(0, count).Select(_ => NewKeyPackage(device))];

    private DeviceList PassOn(AccountKeys from, AccountKeys successor, long version, IEnumerable<DeviceId> devices, AccountKeyHistory? history)
    {
        CertifiedDeviceEntry[] entries = [.. devices.Select(device => new CertifiedDeviceEntry(device.Value, KeyOf(device), "a device"))];
        return from.PassOn(new DeviceList(User.Value, version, 0, entries) { History = history }, successor);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _givenUp?.Dispose();
        foreach (Key key in _devices.Values)
        {
            key.Dispose();
        }
    }
}
