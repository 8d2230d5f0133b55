using XChat.Client.Accounts;
using XChat.Crypto.Recovery;

namespace XChat.Client.Recovery;

/// <summary>How this device proves to realms that it belongs to its account.</summary>
internal sealed class RealmDevice(DeviceKeys keys, Func<byte[]> accountKey, Func<byte[]> signedDeviceList, TimeProvider time)
{
    private long _aheadMs;

    /// <summary>The account key now: it names the record at the realms.</summary>
    public byte[] AccountKey => accountKey();

    /// <summary>Realms refuse proofs that are off by more than some minutes; this device's clock may be. They tell theirs.</summary>
    public bool AdoptClock(long realmTimeMs)
    {
        long ahead = realmTimeMs - time.GetUtcNow().ToUnixTimeMilliseconds();
        bool moved = Math.Abs(ahead - _aheadMs) > 60_000;
        _aheadMs = ahead;
        return moved;
    }

    public byte[] Prove(Guid realm, string operation, long revision, byte[] body) => DeviceProof.Create(
        keys.Signing, keys.Device, signedDeviceList(), accountKey(), realm, operation, time.GetUtcNow().ToUnixTimeMilliseconds() + _aheadMs, revision, body);
}
