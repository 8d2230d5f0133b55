using XChat.Crypto.Sodium;

namespace XChat.Crypto.Recovery;

/// <summary>
/// The prime-order group ristretto255 (RFC 9496). Elements and scalars are their 32-byte encodings; a scalar is little-endian and below the
/// group's order.
/// </summary>
internal static class Ristretto
{
    public const int Size = 32;

    /// <summary>Bytes that map to an element or reduce to a scalar without bias.</summary>
    public const int WideSize = 64;

    private static readonly byte[] Zero = new byte[Size];

    /// <summary>Whether the bytes encode an element other than the identity, in the one canonical way.</summary>
    public static bool IsElement(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size && Libsodium.RistrettoIsValid(bytes) == 1 && !bytes.SequenceEqual(Zero);

    public static byte[] FromHash(ReadOnlySpan<byte> wide)
    {
        byte[] element = new byte[Size];
        _ = Libsodium.RistrettoFromHash(element, wide);
        return element;
    }

    /// <summary>The product, or null when it is the identity or the element is not one.</summary>
    public static byte[]? Multiply(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> element)
    {
        byte[] product = new byte[Size];
        return element.Length == Size && Libsodium.RistrettoMultiply(product, scalar, element) == 0 ? product : null;
    }

    public static byte[]? MultiplyBase(ReadOnlySpan<byte> scalar)
    {
        byte[] product = new byte[Size];
        return Libsodium.RistrettoMultiplyBase(product, scalar) == 0 ? product : null;
    }

    public static byte[]? Add(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        byte[] sum = new byte[Size];
        return one.Length == Size && other.Length == Size && Libsodium.RistrettoAdd(sum, one, other) == 0 ? sum : null;
    }

    /// <summary>A random scalar other than zero.</summary>
    public static byte[] RandomScalar()
    {
        byte[] scalar = new byte[Size];
        Libsodium.ScalarRandom(scalar);
        return scalar;
    }

    public static byte[] Reduce(ReadOnlySpan<byte> wide)
    {
        byte[] scalar = new byte[Size];
        Libsodium.ScalarReduce(scalar, wide);
        return scalar;
    }

    /// <summary>A small number as a scalar.</summary>
    public static byte[] Scalar(uint value)
    {
        byte[] scalar = new byte[Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(scalar, value);
        return scalar;
    }

    /// <summary>Whether the bytes are a scalar below the group's order.</summary>
    public static bool IsScalar(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            return false;
        }

        byte[] wide = new byte[WideSize];
        bytes.CopyTo(wide);
        return System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(Reduce(wide), bytes);
    }

    public static byte[] Invert(ReadOnlySpan<byte> scalar)
    {
        byte[] inverse = new byte[Size];
        return Libsodium.ScalarInvert(inverse, scalar) == 0 ? inverse : throw new ArgumentException("Zero has no inverse.", nameof(scalar));
    }

    public static byte[] AddScalars(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        byte[] sum = new byte[Size];
        Libsodium.ScalarAdd(sum, one, other);
        return sum;
    }

    public static byte[] SubtractScalars(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        byte[] difference = new byte[Size];
        Libsodium.ScalarSubtract(difference, one, other);
        return difference;
    }

    public static byte[] MultiplyScalars(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        byte[] product = new byte[Size];
        Libsodium.ScalarMultiply(product, one, other);
        return product;
    }
}
