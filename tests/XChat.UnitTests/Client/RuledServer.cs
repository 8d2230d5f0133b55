using System.Security.Cryptography;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Grains.Accounts;
using XChat.Grains.Conversations;
using XChat.Protocol.Accounts;
using XChat.Protocol.Conversations;
using XChat.Protocol.Delivery;
using XChat.Protocol.History;

namespace XChat.UnitTests.Client;

/// <summary>A server in memory, by the rules of the real one, that can lose answers, hold back pushes and lie.</summary>
internal sealed class RuledServer
{
    private readonly Dictionary<Guid, List<byte[]>> _histories = [];
    private readonly Lock _turn = new();
    private readonly Dictionary<Guid, AccountView> _accounts = [];
    private readonly Dictionary<Caller, List<byte[]>> _keyPackages = [];
    private readonly Dictionary<Guid, RuledConversation> _conversations = [];
    private readonly List<RuledHub> _connected = [];
    private readonly List<(Caller Caller, string Method, object? Request)> _calls = [];

    public RuledServer() => KeyLogFor = _ => KeyLog;

    /// <summary>Runs before a call is carried out; throwing means that the request never arrived.</summary>
    public Action<Caller, string>? OnRequest { get; set; }

    /// <summary>Runs after a call was carried out; throwing means that its answer is lost.</summary>
    public Action<Caller, string>? OnAnswer { get; set; }

    /// <summary>Changes what is said about an account.</summary>
    public Func<AccountView, AccountView> Account { get; set; } = view => view;

    /// <summary>Devices that the server lets in although their accounts do not certify them.</summary>
    public List<(Guid User, CertifiedDevice Device)> Ghosts { get; } = [];

    /// <summary>Changes the packages that are handed out.</summary>
    public Func<ClaimedKeyPackage, ClaimedKeyPackage> KeyPackage { get; set; } = package => package;

    /// <summary>Changes a Welcome on its way to a device.</summary>
    public Func<GetWelcomeResult, GetWelcomeResult> Welcome { get; set; } = answer => answer;

    /// <summary>Changes the view of a conversation.</summary>
    public Func<ConversationView, ConversationView> View { get; set; } = view => view;

    /// <summary>The key log.</summary>
    public RuledKeyLog KeyLog { get; set; } = new();

    /// <summary>Which key log a device is shown.</summary>
    public Func<Caller, RuledKeyLog> KeyLogFor { get; set; }

    /// <summary>Whether an account reaches the key log.</summary>
    public Func<RuledServer, AccountView, bool> LogOf { get; set; } = (_, _) => true;

    /// <summary>Changes pages of histories.</summary>
    public Func<ReadHistoryResult, ReadHistoryResult> HistoryPage { get; set; } = page => page;

    /// <summary>Changes what is pushed.</summary>
    public Func<Entry, Entry?> Push { get; set; } = entry => entry;

    public RuledWallets Wallets { get; } = new();

    /// <summary>The calls that arrived, in order.</summary>
    public IReadOnlyList<(Caller Caller, string Method, object? Request)> Calls
    {
        get
        {
            lock (_turn)
            {
                return [.. _calls];
            }
        }
    }

    public RuledConversation Conversation(Guid id)
    {
        lock (_turn)
        {
            return _conversations.TryGetValue(id, out RuledConversation? known) ? known : _conversations[id] = new RuledConversation(new ConversationId(id));
        }
    }

    /// <summary>Registers an account, or gives it its next device list, which its conversations hear of.</summary>
    public void Register(AccountView view)
    {
        _accounts[view.User] = view;
        if (LogOf(this, view))
        {
            KeyLog.Add(view);
        }

        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        RefreshDevices refresh = new(new UserId(view.User), list.Version, [.. list.Devices.Select(device => new DeviceId(device.Device))]);
        foreach (Guid id in _conversations.Keys.ToArray())
        {
            RuledConversation log = Conversation(id);
            _ = Run(default, nameof(Register), null, id, () => log.Change(
                new LogEntry(0, EntryKind.DevicesChanged, default, MessageId.New(), 0, 0, 0, default, 0, []),
                () => ConversationRules.DecideRefresh(log.State, refresh, log.Next)));
        }
    }

    public AppendHistoryResult AppendHistory(Guid user, AppendHistoryRequest request)
    {
        List<byte[]> chain = HistoryOf(user);
        byte[] HeadHash() => chain.Count == 0 ? new byte[32] : SHA256.HashData(chain[^1]);
        bool follows = request.Number == chain.Count + 1 && request.Previous.AsSpan().SequenceEqual(HeadHash());
        if (follows)
        {
            chain.Add(request.Segment);
        }

        return new AppendHistoryResult(follows ? HistoryStatus.Accepted : HistoryStatus.Behind, chain.Count, HeadHash());
    }

    /// <summary>A page of two, so that there are pages.</summary>
    public ReadHistoryResult ReadHistory(Guid user, ReadHistoryRequest request)
    {
        List<byte[]> chain = HistoryOf(user);
        return HistoryPage(new ReadHistoryResult(
            chain.Count,
            [
                .. chain.Select((segment, index) => new HistorySegmentView(index + 1, segment))
                    .Where(segment => segment.Number > request.After && (request.Before == 0 || segment.Number < request.Before)).Reverse().Take(2),
            ]));
    }

    private List<byte[]> HistoryOf(Guid user) => _histories.TryGetValue(user, out List<byte[]>? chain) ? chain : _histories[user] = [];

    public AccountView Registered(Guid user) => _accounts[user];

    /// <summary>Decides a device list by the rules of the real server, and puts it in force if they accept it.</summary>
    public PublishDecision Decide(Caller caller, byte[] signedList)
    {
        AccountView view = Registered(caller.User.Value);
        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        StoredAccount account = new(caller.User, view.Handle, view.AccountKey, [], view.DeviceList, list.Version, list.Version, []);
        PublishDecision decision = AccountRules.DecidePublish(account, new PublishDeviceList(caller, signedList));
        if (decision.Write is { } write)
        {
            foreach (DeviceId gone in write.LeftOut)
            {
                _ = _keyPackages.Remove(new Caller(caller.User, gone));
            }

            Register(view with { DeviceList = signedList, AccountKey = write.Succession?.NewKey ?? view.AccountKey });
        }

        return decision;
    }

    public RuledHub Connect(Guid user, Guid device, IChatClient client)
    {
        RuledHub hub = new(this, new Caller(new UserId(user), new DeviceId(device)), client);
        lock (_turn)
        {
            _connected.Add(hub);
        }

        return hub;
    }

    public void Disconnect(RuledHub hub)
    {
        lock (_turn)
        {
            _connected.Remove(hub);
        }
    }

    public AccountView? Find(Func<AccountView, bool> match) => _accounts.Values.FirstOrDefault(match) is { } view ? Account(view) : null;

    public int Publish(Caller device, PublishKeyPackagesRequest request)
    {
        lock (_turn)
        {
            List<byte[]> stock = _keyPackages.TryGetValue(device, out List<byte[]>? known) ? known : _keyPackages[device] = [];
            _ = stock.RemoveAll(there => request.Replace && !request.OneTime.Any(package => there.AsSpan().SequenceEqual(package)));
            stock.AddRange(request.OneTime.Where(package => !stock.Exists(there => there.AsSpan().SequenceEqual(package))));
            return stock.Count;
        }
    }

    public List<ClaimedKeyPackage> Claim(IReadOnlyList<Guid> users)
    {
        lock (_turn)
        {
            List<ClaimedKeyPackage> claimed = [];
            foreach ((Caller device, List<byte[]> stock) in _keyPackages.Where(pair => users.Contains(pair.Key.User.Value) && pair.Value.Count > 0))
            {
                claimed.Add(KeyPackage(new ClaimedKeyPackage(device.User.Value, device.Device.Value, stock[0])));
                stock.RemoveAt(0);
            }

            return claimed;
        }
    }

    public CertifiedDevices Certified() => new(_accounts.Values.ToDictionary(view => new UserId(view.User), view =>
    {
        Assert.True(DeviceList.TryVerify(view.DeviceList, view.AccountKey, out DeviceList? list));
        return new AccountDescription(
            true, view.Handle, view.AccountKey, view.DeviceList, list.Version,
            [
                .. list.Devices.Select(device => new CertifiedDevice(new DeviceId(device.Device), device.SignatureKey)),
                .. Ghosts.Where(ghost => ghost.User == view.User).Select(ghost => ghost.Device),
            ]);
    }));

    public List<ConversationSummary> List(Caller caller)
    {
        lock (_turn)
        {
            return
            [
                .. _conversations.Where(pair => pair.Value.State?.MemberOf(caller.User) is not null).Select(pair => new ConversationSummary(
                    pair.Key, pair.Value.State!.Type, MemberRole.Member, pair.Value.State.Head, pair.Value.State.Epoch, 1, 0, 0, 0, 0)),
            ];
        }
    }

    /// <summary>Carries out a call, alone, with its faults, and pushes what it appended.</summary>
    public T Run<T>(Caller caller, string method, object? request, Guid conversation, Func<T> call)
    {
        T answer;
        List<Entry> appended = [];
        List<RuledHub> listeners;
        lock (_turn)
        {
            OnRequest?.Invoke(caller, method);
            _calls.Add((caller, method, request));
            RuledConversation? log = conversation == Guid.Empty ? null : Conversation(conversation);
            int before = log?.Log.Count ?? 0;
            HashSet<UserId> members = [.. log?.State?.Members.Keys ?? []];
            answer = call();
            members.UnionWith(log?.State?.Members.Keys ?? []);
            appended.AddRange(log?.Log.Skip(before).Select(log.OnTheWire).Select(Push).OfType<Entry>() ?? []);
            listeners = [.. _connected.Where(hub => members.Contains(hub.Caller.User))];
        }

        if (appended.Count > 0)
        {
            listeners.ForEach(hub => _ = hub.Client.Deliver(appended));
        }

        OnAnswer?.Invoke(caller, method);
        return answer;
    }
}
