using System.Security.Cryptography;

namespace XChat.Crypto.Recovery;

/// <summary>
/// The verifiable oblivious pseudorandom function over ristretto255 (RFC 9497, VOPRF mode): the client learns F(key, input) and that the key was
/// the one committed to; the server learns nothing of the input.
/// </summary>
public static class Oprf
{
    /// <summary>Bytes of a key, a blind, a blinded input, an evaluation and a public key.</summary>
    public const int ElementSize = Ristretto.Size;

    /// <summary>Bytes of a proof.</summary>
    public const int ProofSize = 2 * Ristretto.Size;

    /// <summary>Bytes of the output.</summary>
    public const int OutputSize = 64;

    private const int MostInputBytes = ushort.MaxValue;

    /// <summary>A new private key.</summary>
    public static byte[] GenerateKey() => Ristretto.RandomScalar();

    /// <summary>Whether the bytes encode an element of the group: what can be evaluated.</summary>
    public static bool IsElement(ReadOnlySpan<byte> bytes) => Ristretto.IsElement(bytes);

    /// <summary>The public commitment to a private key.</summary>
    /// <exception cref="ArgumentException">The key is zero or not a scalar.</exception>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> key) =>
        Ristretto.IsScalar(key) && Ristretto.MultiplyBase(key) is { } publicKey
            ? publicKey
            : throw new ArgumentException("The key is zero or not a scalar of the group.", nameof(key));

    /// <summary>Hides an input behind a random blind, which the client keeps.</summary>
    public static (byte[] Blind, byte[] BlindedElement) Blind(ReadOnlySpan<byte> input)
    {
        byte[] blind = Ristretto.RandomScalar();
        return (blind, Blind(OprfContext.Verifiable, input, blind));
    }

    /// <summary>
    /// Evaluates a blinded input and proves that <paramref name="key"/> was used. Null when the client's bytes are not an element of the group.
    /// </summary>
    public static (byte[] Evaluated, byte[] Proof)? Evaluate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blindedElement)
    {
        if (!Ristretto.IsElement(blindedElement) || Ristretto.Multiply(key, blindedElement) is not { } evaluated)
        {
            return null;
        }

        byte[] proof = DleqProof.Create(
            OprfContext.Verifiable, key, PublicKeyOf(key), [blindedElement.ToArray()], [evaluated], Ristretto.RandomScalar());
        return (evaluated, proof);
    }

    /// <summary>Whether an evaluation was made with the key behind <paramref name="publicKey"/>.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> blindedElement, ReadOnlySpan<byte> evaluated, ReadOnlySpan<byte> proof) =>
        Ristretto.IsElement(publicKey) && Ristretto.IsElement(blindedElement) && Ristretto.IsElement(evaluated)
        && DleqProof.Verify(OprfContext.Verifiable, publicKey, [blindedElement.ToArray()], [evaluated.ToArray()], proof);

    /// <summary>The 64-byte output, from an evaluation that was verified. Null when it is not an element.</summary>
    public static byte[]? Finalize(ReadOnlySpan<byte> input, ReadOnlySpan<byte> blind, ReadOnlySpan<byte> evaluated) =>
        Ristretto.IsElement(evaluated) && Ristretto.Multiply(Ristretto.Invert(blind), evaluated) is { } unblinded
            ? SHA512.HashData([.. OprfContext.Prefixed(input), .. OprfContext.Prefixed(unblinded), .. "Finalize"u8])
            : null;

    internal static byte[] Blind(OprfContext context, ReadOnlySpan<byte> input, ReadOnlySpan<byte> blind)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(input.Length, MostInputBytes);
        return Ristretto.Multiply(blind, context.HashToGroup(input))
            ?? throw new CryptographicException("The input hashes to the identity, which nobody can find.");
    }
}
