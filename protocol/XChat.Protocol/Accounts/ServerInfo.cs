using MessagePack;

namespace XChat.Protocol.Accounts;

/// <summary>
/// What a client needs to know before it registers: the server's version, its clock (Unix milliseconds) and the leading zero bits that a
/// registration proof must show. <c>RealmConfiguration</c> is the signed configuration of the realms for PIN recovery; null on a server without.
/// </summary>
[MessagePackObject]
public sealed record ServerInfo(
    [property: Key("version")] string Version,
    [property: Key("timeMs")] long TimeMs,
    [property: Key("registrationDifficulty")] int RegistrationDifficulty,
    [property: Key("realmConfiguration")] byte[]? RealmConfiguration = null);
