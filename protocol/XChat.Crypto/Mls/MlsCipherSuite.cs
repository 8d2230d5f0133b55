namespace XChat.Crypto.Mls;

/// <summary>The cipher suites that are supported (RFC 9420 section 17.1).</summary>
public enum MlsCipherSuite
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519, mandatory to implement and the default here.</summary>
    X25519Aes128GcmSha256Ed25519 = 1,

    /// <summary>MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519.</summary>
    X25519ChaCha20Poly1305Sha256Ed25519 = 3,
}
