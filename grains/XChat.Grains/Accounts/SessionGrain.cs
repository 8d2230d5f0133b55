using System.Security.Cryptography;

using Microsoft.Extensions.Options;

using XChat.Crypto.Identity;
using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <inheritdoc cref="ISessionGrain"/>
/// <remarks>
/// Only the account says which devices may sign in, and it is asked each time, so a session never outlives its device's certificate, even when the
/// silo stopped between a revocation and the end of the sessions.
/// Nobody calls it while a connection lasts, so it leaves the memory soon; whoever connects next waits for two rows to be read.
/// </remarks>
[GrainType("session"), CollectionAgeLimit(Minutes = 2)]
public sealed class SessionGrain(
    [PersistentState("sessions", "Default")] IPersistentState<SessionState> stored,
    IDeviceChangeAudience audience,
    IOptions<AccountOptions> options,
    AccountMetrics metrics,
    TimeProvider time) : Grain, ISessionGrain
{
    private readonly AccountOptions _options = options.Value;
    private readonly OutstandingChallenges _challenges = new(options.Value.ChallengesPerDevice, options.Value.ChallengeLifetime);

    private UserId User => new(this.GetPrimaryKey());

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async Task<IssuedChallenge> IssueChallenge(IssueChallenge request)
    {
        byte[] challenge = RandomNumberGenerator.GetBytes(OutstandingChallenges.Size);
        AccountDescription account = await GrainFactory.Account(User).Describe();
        _challenges.Keep(account.Devices.Select(device => device.Device));
        if (KeyOf(account, request.Device) is not null)
        {
            _challenges.Add(request.Device, challenge, time.GetUtcNow());
            // Nothing else knows it.
            DelayDeactivation(_options.ChallengeLifetime);
        }

        return new IssuedChallenge(challenge, (int)_options.ChallengeLifetime.TotalSeconds);
    }

    /// <inheritdoc/>
    public async Task<SignedIn> SignIn(SignIn request)
    {
        SignedIn answer = await MayEnterAsync(request) ? await OpenAsync(request.Device) : new SignedIn(SignInStatus.Refused, null, 0);
        metrics.SignedIn(answer.Status);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<VerifiedSession> Verify(VerifySession request)
    {
        StoredSession? session = Find(request.Token);
        if (session is null || KeyOf(await GrainFactory.Account(User).Describe(), session.Device) is null)
        {
            return new VerifiedSession(false, DeviceId.Empty, 0);
        }

        return new VerifiedSession(true, session.Device, (int)Math.Ceiling((session.ExpiresAtMs - NowMs) / 1000.0));
    }

    /// <inheritdoc/>
    public async Task End(EndSession request)
    {
        DeviceId device = request.Device;
        if (request.Token is { } token)
        {
            if (Find(token) is not { } session)
            {
                return;
            }

            device = session.Device;
            await WriteAsync([.. stored.State.Sessions.Where(other => other != session)]);
        }
        else if (stored.State.Sessions.Any(session => session.Device == device))
        {
            await WriteAsync([.. stored.State.Sessions.Where(session => session.Device != device)]);
        }

        // Also when nothing was left to end: the call before may have failed just here.
        await audience.CloseConnectionsAsync(User, device);
    }

    private static byte[]? KeyOf(AccountDescription account, DeviceId device) =>
        account.Devices.FirstOrDefault(certified => certified.Device == device)?.SignatureKey;

    private StoredSession? Find(string token) =>
        SessionToken.TryRead(token, out UserId user, out DeviceId device, out byte[] hash) && user == User
            ? SessionRules.Find(stored.State.Sessions, device, hash, NowMs)
            : null;

    private async Task<bool> MayEnterAsync(SignIn request) =>
        _challenges.TryUse(request.Device, request.Challenge, time.GetUtcNow())
        && KeyOf(await GrainFactory.Account(User).Describe(), request.Device) is { } key
        && SignInStatement.Verify(key, User.Value, request.Device.Value, request.Challenge, request.Signature);

    private async Task<SignedIn> OpenAsync(DeviceId device)
    {
        string token = SessionToken.Create(User, device);
        _ = SessionToken.TryRead(token, out _, out _, out byte[] hash);
        StoredSession opened = new(device, hash, NowMs + (long)_options.SessionLifetime.TotalMilliseconds);
        await WriteAsync(SessionRules.Open(stored.State.Sessions, opened, _options.SessionsPerDevice, NowMs));
        return new SignedIn(SignInStatus.Accepted, token, (int)_options.SessionLifetime.TotalSeconds);
    }

    /// <summary>
    /// Memory follows storage: when a write failed, or its outcome is unknown, this activation ends and the next one reads what is there.
    /// </summary>
    private async Task WriteAsync(StoredSession[] sessions)
    {
        stored.State = new SessionState { Sessions = sessions };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
