using System.Security.Cryptography;

using NSec.Cryptography;

using XChat.Crypto.Hpke;
using XChat.Crypto.Mls.Encoding;

namespace XChat.Crypto.Mls;

/// <summary>The functions of a cipher suite (RFC 9420 section 5.1 and 8). Both suites hash with SHA-256 and sign with Ed25519.</summary>
internal sealed class CipherSuite
{
    /// <summary>Bytes of a hash and of every secret (KDF.Nh).</summary>
    public const int HashSize = 32;

    private static readonly CipherSuite Aes = new(MlsCipherSuite.X25519Aes128GcmSha256Ed25519, Aead.Aes128Gcm);
    private static readonly CipherSuite ChaCha = new(MlsCipherSuite.X25519ChaCha20Poly1305Sha256Ed25519, Aead.ChaCha20Poly1305);

    private CipherSuite(MlsCipherSuite id, Aead aead) => (Id, Hpke) = (id, new HpkeSuite(aead));

    public MlsCipherSuite Id { get; }

    public HpkeSuite Hpke { get; }

    public Aead Aead => Hpke.Aead;

    public static CipherSuite Of(MlsCipherSuite id) => id switch
    {
        MlsCipherSuite.X25519Aes128GcmSha256Ed25519 => Aes,
        MlsCipherSuite.X25519ChaCha20Poly1305Sha256Ed25519 => ChaCha,
        _ => throw new MlsException(MlsError.Unsupported, $"Cipher suite {(int)id} is not supported."),
    };

    public static CipherSuite Of(ushort id) => Of((MlsCipherSuite)id);

    public static byte[] Hash(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes);

    public static byte[] Extract(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> ikm)
    {
        byte[] prk = new byte[HashSize];
        HKDF.Extract(HashAlgorithmName.SHA256, ikm, salt, prk);
        return prk;
    }

    public static byte[] ExpandWithLabel(ReadOnlySpan<byte> secret, string label, ReadOnlySpan<byte> context, int length)
    {
        TlsWriter info = new();
        info.U16(checked((ushort)length));
        info.Bytes(Labeled(label));
        info.Bytes(context);
        byte[] output = new byte[length];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, output, info.ToArray());
        return output;
    }

    public static byte[] DeriveSecret(ReadOnlySpan<byte> secret, string label) => ExpandWithLabel(secret, label, [], HashSize);

    public static byte[] DeriveTreeSecret(ReadOnlySpan<byte> secret, string label, uint generation, int length)
    {
        Span<byte> context = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(context, generation);
        return ExpandWithLabel(secret, label, context, length);
    }

    public static byte[] Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => HMACSHA256.HashData(key, data);

    public static bool MacEquals(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(one, other);

    public static byte[] RefHash(string label, ReadOnlySpan<byte> value)
    {
        TlsWriter input = new();
        input.Bytes(System.Text.Encoding.ASCII.GetBytes(label));
        input.Bytes(value);
        return Hash(input.ToArray());
    }

    public static byte[] SignWithLabel(Key key, string label, ReadOnlySpan<byte> content) =>
        SignatureAlgorithm.Ed25519.Sign(key, SignContent(label, content));

    public static bool VerifyWithLabel(ReadOnlySpan<byte> publicKey, string label, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? key)
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, SignContent(label, content), signature);

    public HpkeCiphertext EncryptWithLabel(ReadOnlySpan<byte> publicKey, string label, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plaintext) =>
        Hpke.Seal(publicKey, EncryptContext(label, context), [], plaintext) is var (encapsulated, ciphertext)
            ? new HpkeCiphertext(encapsulated, ciphertext)
            : throw new MlsException(MlsError.BadTree, "A public encryption key is malformed or of low order.");

    public byte[] DecryptWithLabel(ReadOnlySpan<byte> privateKey, string label, ReadOnlySpan<byte> context, HpkeCiphertext ciphertext) =>
        Hpke.Open(ciphertext.KemOutput, privateKey, EncryptContext(label, context), [], ciphertext.Ciphertext)
        ?? throw new MlsException(MlsError.BadCiphertext, "An HPKE ciphertext does not open.");

    private static byte[] SignContent(string label, ReadOnlySpan<byte> content) => EncryptContext(label, content);

    private static byte[] EncryptContext(string label, ReadOnlySpan<byte> context)
    {
        TlsWriter writer = new();
        writer.Bytes(Labeled(label));
        writer.Bytes(context);
        return writer.ToArray();
    }

    private static byte[] Labeled(string label) => System.Text.Encoding.ASCII.GetBytes("MLS 1.0 " + label);
}
