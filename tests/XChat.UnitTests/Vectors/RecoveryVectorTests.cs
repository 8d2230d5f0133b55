using System.Text.Json;

using XChat.Crypto.Recovery;

namespace XChat.UnitTests.Vectors;

/// <summary>The oblivious function's vectors (RFC 9497 appendix A.1). The partially oblivious mode (2) is not used and not implemented.</summary>
[Trait("Category", "Vectors")]
public sealed class RecoveryVectorTests
{
    public static TheoryData<string> Files => VectorFolder.Files("oprf", "rfc9497_ristretto255");

    [Theory, MemberData(nameof(Files))]
    public void The_oblivious_function_gives_the_official_outputs_and_proofs(string file) =>
        VectorFolder.Check(file, suite => suite.Number("mode") is 0 or 1, suite =>
        {
            OprfContext context = suite.Number("mode") == 0 ? OprfContext.Base : OprfContext.Verifiable;
            byte[] key = context.DeriveKey(suite.Hex("seed"), suite.Hex("keyInfo"));
            Assert.Equal(suite.Hex("skSm"), key);
            foreach (JsonElement test in suite.Items("vectors"))
            {
                CheckBatch(context, key, test);
            }

            if (context == OprfContext.Verifiable)
            {
                Assert.Equal(suite.Hex("pkSm"), Oprf.PublicKeyOf(key));
                Assert.All(suite.Items("vectors"), test => CheckProof(context, key, test));
            }
        });

    private static void CheckBatch(OprfContext context, byte[] key, JsonElement test)
    {
        (byte[][] inputs, byte[][] blinds) = (Batch(test, "Input"), Batch(test, "Blind"));
        (byte[][] blinded, byte[][] evaluated, byte[][] outputs) = (Batch(test, "BlindedElement"), Batch(test, "EvaluationElement"), Batch(test, "Output"));
        for (int i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(blinded[i], Oprf.Blind(context, inputs[i], blinds[i]));
            Assert.Equal(evaluated[i], Ristretto.Multiply(key, blinded[i]));
            Assert.Equal(outputs[i], Oprf.Finalize(inputs[i], blinds[i], evaluated[i]));
        }
    }

    private static void CheckProof(OprfContext context, byte[] key, JsonElement test)
    {
        (byte[][] blinded, byte[][] evaluated) = (Batch(test, "BlindedElement"), Batch(test, "EvaluationElement"));
        byte[] proof = test.GetProperty("Proof").Hex("proof");
        byte[] publicKey = Oprf.PublicKeyOf(key);
        Assert.Equal(proof, DleqProof.Create(context, key, publicKey, blinded, evaluated, test.GetProperty("Proof").Hex("r")));
        Assert.True(DleqProof.Verify(context, publicKey, blinded, evaluated, proof));
        for (int i = 0; i < proof.Length; i++)
        {
            byte[] changed = [.. proof];
            changed[i] ^= 1;
            Assert.False(DleqProof.Verify(context, publicKey, blinded, evaluated, changed));
        }
    }

    private static byte[][] Batch(JsonElement test, string name) => [.. test.Text(name).Split(',').Select(Convert.FromHexString)];
}
