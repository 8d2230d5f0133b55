namespace XChat.Client.Accounts;

/// <summary>A leaf's claim to be a device: the identity of its credential and its Ed25519 key.</summary>
internal sealed record LeafClaim(byte[] Identity, byte[] SignatureKey);
