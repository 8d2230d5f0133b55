using MessagePack;

namespace XChat.Protocol.Transparency;

/// <summary>Asks for the head of the key log, with proof that it continues the log of <c>FromSize</c> statements (0: no proof is needed).</summary>
[MessagePackObject]
public sealed record GetLogHeadRequest([property: Key("fromSize")] long FromSize);

/// <summary>
/// The signed head (<c>SignedLogHead</c>, 148 bytes) and the consistency proof of RFC 9162 from the size that was asked for. The proof is empty when the log
/// is no larger than that.
/// </summary>
[MessagePackObject]
public sealed record LogHeadView(
    [property: Key("signedHead")] byte[] SignedHead,
    [property: Key("consistency")] IReadOnlyList<byte[]> Consistency);

/// <summary>
/// A key with which the server signs heads: its number, the Ed25519 key, and the signature of the key before it (empty for the first).
/// </summary>
[MessagePackObject]
public sealed record LogKeyView(
    [property: Key("number")] int Number,
    [property: Key("publicKey")] byte[] PublicKey,
    [property: Key("endorsement")] byte[] Endorsement);

/// <summary>Keys with which the server signed heads, rising.</summary>
[MessagePackObject]
public sealed record GetLogKeysResult([property: Key("keys")] IReadOnlyList<LogKeyView> Keys);

/// <summary>Statements of the log from a place on, as they stand in it; empty at its end.</summary>
[MessagePackObject]
public sealed record LogPage([property: Key("statements")] IReadOnlyList<byte[]> Statements);
