using System.Collections.Concurrent;

using XChat.GrainInterfaces.Accounts;
using XChat.Protocol.Accounts;

namespace XChat.Frontend.Accounts;

/// <summary>
/// Tells whether a token is that of a live session. An answer is good for a few seconds, so that connecting, which takes two requests, asks
/// once. Only live sessions are remembered: guesses must not fill the memory.
/// </summary>
internal sealed class SessionVerification(IClusterClient cluster, TimeProvider time)
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);
    private int _ended;

    /// <summary>How many sessions are remembered.</summary>
    public int Count => _answers.Count;

    /// <summary>The session of a token, or null. May be a few seconds old.</summary>
    public async ValueTask<Session?> VerifyAsync(string token)
    {
        if (_answers.TryGetValue(token, out Answer? known))
        {
            if (known.GoodUntil > time.GetUtcNow())
            {
                return known.Session;
            }

            _answers.TryRemove(token, out _);
        }

        return await AskAsync(token);
    }

    /// <summary>The session of a token as its grain knows it now, or null.</summary>
    public async Task<Session?> AskAsync(string token)
    {
        if (!SessionToken.TryReadOwner(token, out Caller owner))
        {
            return null;
        }

        int ended = Volatile.Read(ref _ended);
        VerifiedSession verified = await cluster.Sessions(owner.User).Verify(new VerifySession(token));
        if (!verified.Valid || verified.Device != owner.Device)
        {
            _answers.TryRemove(token, out _);
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        Session session = new(owner, token, now + TimeSpan.FromSeconds(verified.ValidSeconds));
        // An answer that crossed the news of an end on its way may be older than the end.
        if (ended == Volatile.Read(ref _ended))
        {
            Remember(session, now);
        }

        return session;
    }

    /// <summary>Forgets what is known of a device's sessions; of all devices of the user when the device is empty.</summary>
    public void Forget(UserId user, DeviceId device)
    {
        Interlocked.Increment(ref _ended);
        foreach ((string token, Answer answer) in _answers)
        {
            if (answer.Session.Caller.User == user && (device.IsEmpty || answer.Session.Caller.Device == device))
            {
                _answers.TryRemove(token, out _);
            }
        }
    }

    /// <summary>Forgets answers that are not good any more.</summary>
    public void ForgetOld()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (KeyValuePair<string, Answer> answer in _answers)
        {
            if (answer.Value.GoodUntil <= now)
            {
                // Not one that has come in its place meanwhile.
                _answers.TryRemove(answer);
            }
        }
    }

    private void Remember(Session session, DateTimeOffset now)
    {
        if (_answers.Count >= Remembered)
        {
            ForgetOld();
        }

        if (_answers.Count < Remembered)
        {
            DateTimeOffset goodUntil = now + GoodFor;
            _answers[session.Token] = new Answer(session, goodUntil < session.ExpiresAt ? goodUntil : session.ExpiresAt);
        }
    }

    private sealed record Answer(Session Session, DateTimeOffset GoodUntil);
}
