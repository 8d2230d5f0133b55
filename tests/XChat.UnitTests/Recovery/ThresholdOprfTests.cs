using XChat.Crypto.Recovery;

namespace XChat.UnitTests.Recovery;

/// <summary>A key that is in no place gives the same output as the whole key, and too few shares give nothing.</summary>
public sealed class ThresholdOprfTests
{
    private static readonly byte[] Pin = "7391"u8.ToArray();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    public void Any_threshold_of_shares_evaluates_as_the_whole_key(int threshold, int shares)
    {
        byte[] key = Oprf.GenerateKey();
        (byte[] blind, byte[] blinded) = Oprf.Blind(Pin);
        byte[]? expected = Oprf.Finalize(Pin, blind, Oprf.Evaluate(key, blinded)!.Value.Evaluated);
        IReadOnlyList<SecretShare> split = SecretSharing.Split(key, threshold, shares);

        foreach (SecretShare[] some in Subsets(split, threshold))
        {
            Assert.Equal(key, SecretSharing.Combine(some));
            List<(int, byte[])> evaluations = [];
            foreach (SecretShare share in some)
            {
                (byte[] evaluated, byte[] proof) = Oprf.Evaluate(share.Value, blinded)!.Value;
                Assert.True(Oprf.Verify(Oprf.PublicKeyOf(share.Value), blinded, evaluated, proof));
                evaluations.Add((share.Index, evaluated));
            }

            Assert.Equal(expected, Oprf.Finalize(Pin, blind, SecretSharing.CombineEvaluations(evaluations)!));
        }

        Assert.All(Subsets(split, threshold - 1).Where(some => some.Length > 0), some => Assert.NotEqual(key, SecretSharing.Combine(some)));
    }

    [Fact]
    public void Another_key_or_another_evaluation_fails_the_proof()
    {
        byte[] key = Oprf.GenerateKey();
        (_, byte[] blinded) = Oprf.Blind(Pin);
        (byte[] evaluated, byte[] proof) = Oprf.Evaluate(key, blinded)!.Value;
        (_, byte[] other) = Oprf.Blind(Pin);
        Assert.False(Oprf.Verify(Oprf.PublicKeyOf(Oprf.GenerateKey()), blinded, evaluated, proof));
        Assert.False(Oprf.Verify(Oprf.PublicKeyOf(key), other, evaluated, proof));
        Assert.False(Oprf.Verify(Oprf.PublicKeyOf(key), blinded, other, proof));
        Assert.False(Oprf.Verify(Oprf.PublicKeyOf(key), blinded, evaluated, proof.AsSpan(1)));
    }

    [Fact]
    public void Bytes_that_are_no_element_are_refused()
    {
        byte[] key = Oprf.GenerateKey();
        Assert.Null(Oprf.Evaluate(key, new byte[32]));
        Assert.Null(Oprf.Evaluate(key, Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Null(Oprf.Evaluate(key, []));
        Assert.Null(Oprf.Finalize(Pin, Oprf.GenerateKey(), new byte[32]));
        Assert.Null(SecretSharing.CombineEvaluations([(1, new byte[32])]));
        _ = Assert.Throws<ArgumentException>(() => SecretSharing.Combine([new SecretShare(1, key), new SecretShare(1, key)]));
        _ = Assert.Throws<ArgumentException>(() => Oprf.PublicKeyOf(new byte[32]));
    }

    private static IEnumerable<SecretShare[]> Subsets(IReadOnlyList<SecretShare> shares, int size) =>
        Enumerable.Range(0, 1 << shares.Count)
            .Where(mask => int.PopCount(mask) == size)
            .Select(mask => shares.Where((_, index) => (mask & (1 << index)) != 0).ToArray());
}
