using System.Security.Cryptography;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>Which sessions an account has. Pure: each answer is a new list.</summary>
public static class SessionRules
{
    /// <summary>With one session more; without those that are over, and without the device's oldest if it would have too many.</summary>
    public static StoredSession[] Open(IReadOnlyList<StoredSession> sessions, StoredSession opened, int perDevice, long nowMs)
    {
        StoredSession[] live = [.. sessions.Where(session => session.ExpiresAtMs > nowMs)];
        int surplus = live.Count(session => session.Device == opened.Device) + 1 - perDevice;
        StoredSession[] oldest = [.. live.Where(session => session.Device == opened.Device).Take(Math.Max(surplus, 0))];
        return [.. live.Except(oldest), opened];
    }

    /// <summary>The live session of a token; null when there is none. How long it takes does not tell how much of a hash was right.</summary>
    public static StoredSession? Find(IReadOnlyList<StoredSession> sessions, DeviceId device, ReadOnlySpan<byte> hash, long nowMs)
    {
        StoredSession? found = null;
        foreach (StoredSession session in sessions)
        {
            if (CryptographicOperations.FixedTimeEquals(session.TokenHash, hash) && session.Device == device && session.ExpiresAtMs > nowMs)
            {
                found = session;
            }
        }

        return found;
    }
}
