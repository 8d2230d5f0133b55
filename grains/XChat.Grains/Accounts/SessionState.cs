using XChat.Protocol.Accounts;

namespace XChat.Grains.Accounts;

/// <summary>The live sessions of an account, as the grain state keeps them.</summary>
[GenerateSerializer, Alias("xchat.SessionState")]
public sealed class SessionState
{
    /// <summary>Oldest first.</summary>
    [Id(0)]
    public IReadOnlyList<StoredSession> Sessions { get; set; } = [];
}

/// <summary>A session: the SHA-256 of its token, never the token. The time is Unix milliseconds.</summary>
[GenerateSerializer, Immutable, Alias("xchat.StoredSession")]
public sealed record StoredSession([property: Id(0)] DeviceId Device, [property: Id(1)] byte[] TokenHash, [property: Id(2)] long ExpiresAtMs);
