using XChat.Crypto.Mls;

namespace XChat.UnitTests.Mls;

/// <summary>Bytes that nobody honest sent: each is refused by name, and the genuine ones still work afterwards.</summary>
public sealed class HostileBytesTests(ITestOutputHelper output)
{
    [Fact]
    public void No_changed_byte_of_a_message_is_accepted()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        byte[] message = members[0].Encrypt("genuine");
        EachChange(message, changed => _ = members[1].Group.Process(changed, TestMember.Anyone));
        Assert.Equal("genuine", members[1].Decrypt(message));
    }

    [Fact]
    public void No_changed_byte_of_a_commit_is_accepted()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob", "carol");
        using TestMember dave = new("dave");
        PendingCommit commit = members[0].Commit([dave.NewKeyPackage()], [2]);
        EachChange(commit.Message, changed => _ = members[1].Group.Process(changed, TestMember.Anyone));
        _ = members[1].Follow(commit.Message);
        members[0].Group.Merge(commit);
        Assert.Equal(members[0].Group.EpochAuthenticator, members[1].Group.EpochAuthenticator);
    }

    [Fact]
    public void No_changed_byte_of_a_welcome_or_key_package_is_accepted()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        using TestMember carol = new("carol");
        byte[] package = carol.NewKeyPackage();
        EachChange(package, changed => _ = KeyPackageInspector.Inspect(changed));
        PendingCommit commit = members[0].Commit([package], []);
        EachChange(commit.Welcome!, carol.Join);
        carol.Join(commit.Welcome!);
    }

    [Fact]
    public void A_member_cannot_spoil_a_message_of_another_by_forging_it_first()
    {
        List<TestMember> members = TestMember.GroupOf("alice", "bob", "mallory");
        byte[] genuine = members[0].Encrypt("genuine");
        byte[] forged = Forge(members[2], leaf: 0);
        Assert.Equal(MlsError.BadSignature, Assert.Throws<MlsException>(() => members[1].Group.Process(forged, TestMember.Anyone)).Error);
        Assert.Equal("genuine", members[1].Decrypt(genuine));
    }

    [Fact]
    public void Random_bytes_only_ever_raise_the_named_error()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        List<TestMember> members = TestMember.GroupOf("alice", "bob");
        byte[] commit = members[0].Commit([], []).Message;
        for (int i = 0; i < 3_000; i++)
        {
            byte[] bytes = [.. commit];
            int from = random.Next(bytes.Length);
            random.NextBytes(bytes.AsSpan(from, random.Next(1, Math.Min(9, bytes.Length - from) + 1)));
            bytes = random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            Expect(() => _ = members[1].Group.Process(bytes, TestMember.Anyone), bytes);
            Expect(() => _ = CommitInspector.Inspect(bytes), bytes);
            Expect(() => _ = KeyPackageInspector.Inspect(bytes), bytes);
            _ = PrivateMessageInspector.TryInspect(bytes, out _);
        }
    }

    [Fact]
    public void A_length_beyond_the_bytes_allocates_nothing()
    {
        byte[] claimsOneGigabyte = [0, 1, 0, 2, 0xBF, 0xFF, 0xFF, 0xFF];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(PrivateMessageInspector.TryInspect(claimsOneGigabyte, out _));
        Assert.Equal(MlsError.Malformed, Assert.Throws<MlsException>(() => KeyPackageInspector.Inspect([0, 1, 0, 5, .. claimsOneGigabyte])).Error);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    /// <summary>What a member that holds the group's secrets can make: a message that opens, in the name of another leaf, signed by itself.</summary>
    private static byte[] Forge(TestMember mallory, int leaf) => mallory.Group.EncryptAs((uint)leaf, [1, 2, 3], [], paddedSize: 0);

    private static void EachChange(byte[] genuine, Action<byte[]> accept)
    {
        for (int i = 0; i < genuine.Length; i++)
        {
            byte[] changed = [.. genuine];
            changed[i] ^= (byte)(1 << (i % 8));
            Exception? refusal = Record.Exception(() => accept(changed));
            Assert.True(refusal is MlsException, $"byte {i}: {refusal?.ToString() ?? "accepted"}");
        }
    }

    private static void Expect(Action act, byte[] bytes)
    {
        Exception? refusal = Record.Exception(act);
        Assert.True(refusal is null or MlsException, $"{Convert.ToHexString(bytes)}: {refusal}");
    }
}
