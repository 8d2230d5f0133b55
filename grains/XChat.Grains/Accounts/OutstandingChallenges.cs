using System.Security.Cryptography;

using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>
/// Challenges that have been issued and not come back. In memory only: after a crash a device asks for a new one. Bounded, because only certified
/// devices' challenges are remembered, and few of each.
/// </summary>
internal sealed class OutstandingChallenges(int perDevice, TimeSpan lifetime)
{
    public const int Size = 32;

    private readonly Dictionary<DeviceId, List<Challenge>> _challenges = [];

    /// <summary>Remembers a challenge for a device.</summary>
    public void Add(DeviceId device, byte[] challenge, DateTimeOffset now)
    {
        List<Challenge> ofDevice = _challenges.GetValueOrDefault(device) ?? [];
        ofDevice.RemoveAll(known => known.ExpiresAt <= now);
        if (ofDevice.Count == perDevice)
        {
            ofDevice.RemoveAt(0);
        }

        ofDevice.Add(new Challenge(challenge, now + lifetime));
        _challenges[device] = ofDevice;
    }

    /// <summary>Uses a challenge up, whatever becomes of it.</summary>
    public bool TryUse(DeviceId device, ReadOnlySpan<byte> challenge, DateTimeOffset now)
    {
        if (!_challenges.TryGetValue(device, out List<Challenge>? ofDevice))
        {
            return false;
        }

        int index = -1;
        for (int each = 0; each < ofDevice.Count; each++)
        {
            index = CryptographicOperations.FixedTimeEquals(ofDevice[each].Bytes, challenge) ? each : index;
        }

        if (index < 0)
        {
            return false;
        }

        bool timely = ofDevice[index].ExpiresAt > now;
        ofDevice.RemoveAt(index);
        return timely;
    }

    /// <summary>Forgets the devices that are no longer certified.</summary>
    public void Keep(IEnumerable<DeviceId> devices)
    {
        foreach (DeviceId gone in _challenges.Keys.Except(devices).ToArray())
        {
            _challenges.Remove(gone);
        }
    }

    private sealed record Challenge(byte[] Bytes, DateTimeOffset ExpiresAt);
}
