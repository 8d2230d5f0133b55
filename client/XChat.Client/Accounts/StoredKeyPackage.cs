using MessagePack;

namespace XChat.Client.Accounts;

/// <summary>A key package of this device with its private keys.</summary>
[MessagePackObject]
internal sealed record StoredKeyPackage(
    [property: Key(0)] byte[] Reference,
    [property: Key(1)] bool LastResort,
    [property: Key(2)] long NotAfterSeconds,
    [property: Key(3)] byte[] Bundle);
