using System.Security.Cryptography;

namespace XChat.Crypto.Recovery;

/// <summary>
/// Proves that one key links a public key to its base and each evaluation to its input, without showing the key (RFC 9497 section 2.2). 64 bytes:
/// challenge and response.
/// </summary>
internal static class DleqProof
{
    public static byte[] Create(
        OprfContext context, ReadOnlySpan<byte> key, byte[] publicKey, IReadOnlyList<byte[]> inputs, IReadOnlyList<byte[]> outputs, byte[] nonce)
    {
        (byte[] m, _) = Composites(context, publicKey, inputs, outputs) ?? throw new CryptographicException("The composite is the identity.");
        byte[] z = Required(Ristretto.Multiply(key, m));
        byte[] challenge = Challenge(context, publicKey, m, z, Required(Ristretto.MultiplyBase(nonce)), Required(Ristretto.Multiply(nonce, m)));
        byte[] response = Ristretto.SubtractScalars(nonce, Ristretto.MultiplyScalars(challenge, key));
        CryptographicOperations.ZeroMemory(nonce);
        return [.. challenge, .. response];
    }

    public static bool Verify(
        OprfContext context, ReadOnlySpan<byte> publicKey, IReadOnlyList<byte[]> inputs, IReadOnlyList<byte[]> outputs, ReadOnlySpan<byte> proof)
    {
        if (proof.Length != Oprf.ProofSize || Composites(context, publicKey.ToArray(), inputs, outputs) is not var (m, z))
        {
            return false;
        }

        ReadOnlySpan<byte> challenge = proof[..Ristretto.Size];
        ReadOnlySpan<byte> response = proof[Ristretto.Size..];
        return Ristretto.IsScalar(challenge) && Ristretto.IsScalar(response)
            && Sum(Ristretto.MultiplyBase(response), Ristretto.Multiply(challenge, publicKey)) is { } t2
            && Sum(Ristretto.Multiply(response, m), Ristretto.Multiply(challenge, z)) is { } t3
            && CryptographicOperations.FixedTimeEquals(Challenge(context, publicKey, m, z, t2, t3), challenge);
    }

    /// <summary>One pair that stands for all pairs, by coefficients that nobody can choose.</summary>
    private static (byte[] M, byte[] Z)? Composites(
        OprfContext context, byte[] publicKey, IReadOnlyList<byte[]> inputs, IReadOnlyList<byte[]> outputs)
    {
        byte[] seed = SHA512.HashData([.. OprfContext.Prefixed(publicKey), .. OprfContext.Prefixed(context.SeedTag())]);
        byte[]? m = null;
        byte[]? z = null;
        for (int i = 0; i < inputs.Count; i++)
        {
            byte[] coefficient = context.HashToScalar(
            [
                .. OprfContext.Prefixed(seed), (byte)(i >> 8), (byte)i, .. OprfContext.Prefixed(inputs[i]), .. OprfContext.Prefixed(outputs[i]),
                .. "Composite"u8,
            ]);
            m = i == 0 ? Ristretto.Multiply(coefficient, inputs[i]) : Sum(m, Ristretto.Multiply(coefficient, inputs[i]));
            z = i == 0 ? Ristretto.Multiply(coefficient, outputs[i]) : Sum(z, Ristretto.Multiply(coefficient, outputs[i]));
        }

        return m is null || z is null ? null : (m, z);
    }

    private static byte[] Challenge(OprfContext context, ReadOnlySpan<byte> publicKey, byte[] m, byte[] z, byte[] t2, byte[] t3) =>
        context.HashToScalar(
        [
            .. OprfContext.Prefixed(publicKey), .. OprfContext.Prefixed(m), .. OprfContext.Prefixed(z), .. OprfContext.Prefixed(t2),
            .. OprfContext.Prefixed(t3), .. "Challenge"u8,
        ]);

    private static byte[]? Sum(byte[]? one, byte[]? other) => one is null || other is null ? null : Ristretto.Add(one, other);

    private static byte[] Required(byte[]? element) => element ?? throw new CryptographicException("A product is the identity.");
}
