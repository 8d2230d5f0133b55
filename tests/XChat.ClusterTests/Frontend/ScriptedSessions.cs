using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Delivery;
using XChat.Protocol.Accounts;

namespace XChat.ClusterTests.Frontend;

/// <summary>Sessions and presence of everybody, played by the test.</summary>
public sealed class ScriptedSessions
{
    private readonly ConcurrentDictionary<string, Caller> _live = new();
    private int _verifications;

    /// <summary>Users who are connected somewhere.</summary>
    public ConcurrentDictionary<UserId, FrontendId> Routes { get; } = new();

    /// <summary>Seconds that sessions have left whenever they are verified.</summary>
    public int ValidSeconds { get; set; } = 3600;

    /// <summary>Sessions that were asked for.</summary>
    public int Verifications => _verifications;

    public void Play(ScriptedCluster cluster)
    {
        cluster.Play<ISessionGrain>(_ => new SessionGrain(this));
        cluster.Play<IPresenceGrain>(user => new PresenceGrain(this, new UserId(user)));
    }

    /// <summary>Signs a device in and returns its token.</summary>
    public string SignIn(Caller caller)
    {
        byte[] token = new byte[64];
        caller.User.Value.TryWriteBytes(token, bigEndian: true, out _);
        caller.Device.Value.TryWriteBytes(token.AsSpan(16), bigEndian: true, out _);
        RandomNumberGenerator.Fill(token.AsSpan(32));
        string text = Base64Url.EncodeToString(token);
        _live[text] = caller;
        return text;
    }

    public void End(string token) => _live.TryRemove(token, out _);

    private sealed class SessionGrain(ScriptedSessions script) : ISessionGrain
    {
        public Task<VerifiedSession> Verify(VerifySession request)
        {
            Interlocked.Increment(ref script._verifications);
            return Task.FromResult(script._live.TryGetValue(request.Token, out Caller caller)
                ? new VerifiedSession(true, caller.Device, script.ValidSeconds)
                : new VerifiedSession(false, default, 0));
        }

        public Task End(EndSession request)
        {
            script.End(request.Token!);
            return Task.CompletedTask;
        }

        public Task<IssuedChallenge> IssueChallenge(IssueChallenge request) => Task.FromResult(new IssuedChallenge(new byte[32], 60));

        public Task<SignedIn> SignIn(SignIn request) => Task.FromResult(new SignedIn(SignInStatus.Refused, null, 0));
    }

    private sealed class PresenceGrain(ScriptedSessions script, UserId user) : IPresenceGrain
    {
        public Task<RouteRegistered> Connect(RegisterRoute request) =>
            Task.FromResult(new RouteRegistered(script.Routes.TryAdd(user, request.Frontend), 60));

        public Task Disconnect(RemoveRoute request)
        {
            script.Routes.TryRemove(user, out _);
            return Task.CompletedTask;
        }

        public Task<RoutesFound> Watch(WatchRoutes request) => throw new NotSupportedException();

        public Task EndSessions(EndDeviceSessions request) => throw new NotSupportedException();

        public Task TellWallet(WalletNews request) => Task.CompletedTask;
    }
}
