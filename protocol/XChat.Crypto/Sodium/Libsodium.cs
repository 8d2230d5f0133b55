using System.Runtime.InteropServices;

namespace XChat.Crypto.Sodium;

/// <summary>
/// Functions of the libsodium that NSec ships and does not wrap. The only native calls of the project; sizes are checked by the callers.
/// </summary>
internal static partial class Libsodium
{
    private const string Library = "libsodium";

    // sodium_init picks the implementations for this processor; 1 means that it ran before.
    static Libsodium()
    {
        if (Init() < 0)
        {
            throw new PlatformNotSupportedException("libsodium cannot start on this machine.");
        }
    }

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_is_valid_point")]
    public static partial int RistrettoIsValid(ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_from_hash")]
    public static partial int RistrettoFromHash(Span<byte> point, ReadOnlySpan<byte> hash);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_add")]
    public static partial int RistrettoAdd(Span<byte> sum, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
    public static partial int RistrettoMultiply(Span<byte> product, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
    public static partial int RistrettoMultiplyBase(Span<byte> product, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_random")]
    public static partial void ScalarRandom(Span<byte> scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_reduce")]
    public static partial void ScalarReduce(Span<byte> scalar, ReadOnlySpan<byte> wide);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_invert")]
    public static partial int ScalarInvert(Span<byte> inverse, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
    public static partial void ScalarAdd(Span<byte> sum, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_sub")]
    public static partial void ScalarSubtract(Span<byte> difference, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
    public static partial void ScalarMultiply(Span<byte> product, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_pk_to_curve25519")]
    public static partial int Ed25519ToX25519(Span<byte> x25519, ReadOnlySpan<byte> ed25519);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_seed_keypair")]
    public static partial int XWingKeyPair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc")]
    public static partial int XWingEncapsulate(Span<byte> ciphertext, Span<byte> shared, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc_deterministic")]
    public static partial int XWingEncapsulate(Span<byte> ciphertext, Span<byte> shared, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_dec")]
    public static partial int XWingDecapsulate(Span<byte> shared, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Init();
}
