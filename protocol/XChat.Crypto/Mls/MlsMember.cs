namespace XChat.Crypto.Mls;

/// <summary>A leaf of a group: its place, the identity of its basic credential and its 32-byte Ed25519 key.</summary>
public sealed record MlsMember(int LeafIndex, byte[] Identity, byte[] SignatureKey);

/// <summary>The authentication service: whether a key is certified for an identity. A refusal refuses the whole commit or Welcome.</summary>
public delegate bool MlsIdentityCheck(byte[] identity, byte[] signatureKey);
