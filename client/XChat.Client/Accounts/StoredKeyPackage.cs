using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>A key package of this device with its private keys. <c>WelcomeKey</c>: it has one; those of versions before had none.</summary>
[MessagePackObject]
internal sealed record StoredKeyPackage(
    [property: Key(0)] byte[] Reference,
    [property: Key(1)] bool LastResort,
    [property: Key(2)] long NotAfterSeconds,
    [property: Key(3)] byte[] Bundle,
    [property: Key(4)] bool WelcomeKey = false);
