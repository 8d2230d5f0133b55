namespace XChat.Crypto.Recovery;

/// <summary>A share of a scalar: the value of a random polynomial at <c>Index</c>, 1 to n.</summary>
public sealed record SecretShare(int Index, byte[] Value);

/// <summary>
/// Shamir's secret sharing over the scalars of ristretto255: any T of n shares give the secret back, fewer say nothing about it. Shares of a key
/// also combine in the exponent, so that an oblivious evaluation works without the key being anywhere.
/// </summary>
public static class SecretSharing
{
    /// <summary>Splits a scalar.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 1 ≤ threshold ≤ shares ≤ 255.</exception>
    public static IReadOnlyList<SecretShare> Split(ReadOnlySpan<byte> secret, int threshold, int shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shares, byte.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(shares, threshold);
        byte[][] coefficients = [secret.ToArray(), .. Enumerable.Range(1, threshold - 1).Select(_ => Ristretto.RandomScalar())];
        List<SecretShare> result = [.. Enumerable.Range(1, shares).Select(index => new SecretShare(index, ValueAt(coefficients, index)))];
        foreach (byte[] coefficient in coefficients)
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(coefficient);
        }

        return result;
    }

    /// <summary>The secret, from as many shares as the threshold. Others' shares give another scalar, not an error.</summary>
    /// <exception cref="ArgumentException">No share, or an index twice.</exception>
    public static byte[] Combine(IReadOnlyList<SecretShare> shares)
    {
        CheckIndexes([.. shares.Select(share => share.Index)]);
        byte[] secret = new byte[Ristretto.Size];
        foreach (SecretShare share in shares)
        {
            secret = Ristretto.AddScalars(secret, Ristretto.MultiplyScalars(Weight(share.Index, shares.Select(other => other.Index)), share.Value));
        }

        return secret;
    }

    /// <summary>Combines evaluations made with shares of a key into the evaluation of the key. Null when one is not an element.</summary>
    /// <exception cref="ArgumentException">No evaluation, or an index twice.</exception>
    public static byte[]? CombineEvaluations(IReadOnlyList<(int Index, byte[] Evaluated)> evaluations)
    {
        CheckIndexes([.. evaluations.Select(evaluation => evaluation.Index)]);
        byte[]? sum = null;
        foreach ((int index, byte[] evaluated) in evaluations)
        {
            byte[]? weighted = Ristretto.IsElement(evaluated)
                ? Ristretto.Multiply(Weight(index, evaluations.Select(other => other.Index)), evaluated)
                : null;
            if (weighted is null)
            {
                return null;
            }

            sum = sum is null ? weighted : Ristretto.Add(sum, weighted);
        }

        return sum;
    }

    private static byte[] ValueAt(byte[][] coefficients, int index)
    {
        byte[] x = Ristretto.Scalar((uint)index);
        byte[] value = new byte[Ristretto.Size];
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            value = Ristretto.AddScalars(Ristretto.MultiplyScalars(value, x), coefficients[i]);
        }

        return value;
    }

    /// <summary>The Lagrange coefficient of a share at zero.</summary>
    private static byte[] Weight(int index, IEnumerable<int> indexes)
    {
        byte[] own = Ristretto.Scalar((uint)index);
        byte[] numerator = Ristretto.Scalar(1);
        byte[] denominator = Ristretto.Scalar(1);
        foreach (byte[] other in indexes.Where(other => other != index).Select(other => Ristretto.Scalar((uint)other)))
        {
            numerator = Ristretto.MultiplyScalars(numerator, other);
            denominator = Ristretto.MultiplyScalars(denominator, Ristretto.SubtractScalars(other, own));
        }

        return Ristretto.MultiplyScalars(numerator, Ristretto.Invert(denominator));
    }

    private static void CheckIndexes(int[] indexes)
    {
        if (indexes.Length == 0 || indexes.Distinct().Count() != indexes.Length || indexes.Any(index => index is < 1 or > byte.MaxValue))
        {
            throw new ArgumentException("Shares need distinct indexes of 1 to 255.", nameof(indexes));
        }
    }
}
