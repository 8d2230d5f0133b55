using System.Text.Json;

using XChat.Crypto.Transparency;

namespace XChat.UnitTests.Vectors;

/// <summary>Proofs about an append-only log, good ones and bad ones (transparency-dev/merkle).</summary>
[Trait("Category", "Vectors")]
public sealed class MerkleVectorTests
{
    public static TheoryData<string> Files => VectorFolder.Files("merkle", "rfc6962");

    [Theory, MemberData(nameof(Files))]
    public void Exactly_the_good_proofs_are_accepted(string file)
    {
        using JsonDocument document = VectorFolder.Open(file);
        Assert.All(document.RootElement.EnumerateObject(), test =>
        {
            JsonElement item = test.Value;
            bool accepted = test.Name.StartsWith("inclusion/", StringComparison.Ordinal)
                ? MerkleProof.VerifyInclusion(
                    Long(item, "leafIdx"), Long(item, "treeSize"), Hash(item, "leafHash"), Proof(item), Hash(item, "root"))
                : MerkleProof.VerifyConsistency(
                    Long(item, "size1"), Long(item, "size2"), Hash(item, "root1"), Hash(item, "root2"), Proof(item));
            Assert.True(accepted != item.GetProperty("wantErr").GetBoolean(), $"{test.Name}: accepted is {accepted}");
        });
    }

    private static long Long(JsonElement item, string name) => unchecked((long)item.GetProperty(name).GetUInt64());

    private static byte[] Hash(JsonElement item, string name) => item.GetProperty(name).GetBytesFromBase64();

    private static List<byte[]> Proof(JsonElement item) => item.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof
        ? [.. proof.EnumerateArray().Select(hash => hash.GetBytesFromBase64())]
        : [];
}
