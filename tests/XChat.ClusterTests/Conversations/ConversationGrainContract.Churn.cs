using NSec.Cryptography;

using XChat.Crypto.Mls;
using XChat.GrainInterfaces.Accounts;
using XChat.GrainInterfaces.Conversations;
using XChat.Protocol.Conversations;
using XChat.Testing.Conversations;

namespace XChat.ClusterTests.Conversations;

/// <summary>Real MLS groups.</summary>
public abstract partial class ConversationGrainContract
{
    [Fact]
    public async Task The_servers_leaves_are_those_of_the_mls_group_after_any_history()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        Random random = new(seed);
        TestConversation conversation = TestConversation.Of(Cluster, people: 1);
        Caller owner = conversation.People[0];
        using Key key = ScriptedDevices.SigningKeyOf(owner.Device);
        using MlsGroup mls = MlsGroup.Create(
            MlsCipherSuite.X25519Aes128GcmSha256Ed25519, conversation.Group.ToByteArray(bigEndian: true), MlsBytes.IdentityOf(owner), key);

        for (int step = 0; step < 25; step++)
        {
            Caller[] joining = [.. Enumerable.Range(0, random.Next(4)).Select(_ => TestConversation.NewPerson(Cluster))];
            int[] leaving = [.. mls.Members.Select(member => member.LeafIndex).Where(leaf => leaf != mls.OwnLeaf && random.Next(5) == 0)];
            PendingCommit commit = mls.Commit([.. joining.Select(KeyPackageOf)], leaving, (_, _) => true);
            EntryAppended answer = step == 0
                ? await conversation.Members.Create(conversation.Creation() with { Commit = commit.Message, Welcome = commit.Welcome })
                : await conversation.Members.Commit(new CommitEpoch(owner, MessageId.New(), commit.Message, commit.Welcome));
            Assert.Equal((ConversationStatus.Accepted, mls.Epoch + 1), (answer.Status, answer.Epoch));
            mls.Merge(commit);

            ConversationDescribed described = await conversation.Members.Describe(new DescribeConversation(owner));
            Assert.Equal(
                mls.Members.Select(member => (member.LeafIndex, Convert.ToHexString(member.Identity))),
                described.Leaves.Select(leaf => (leaf.Index, Convert.ToHexString(MlsBytes.IdentityOf(new Caller(leaf.User, leaf.Device))))));
        }

        byte[] message = mls.Encrypt("to all"u8, [], 64);
        Assert.Equal(
            ConversationStatus.Accepted, (await conversation.Log.Append(new AppendMessage(owner, MessageId.New(), message))).Status);
    }

    [Fact]
    public async Task A_commit_with_one_bit_changed_in_what_the_server_verifies_is_refused()
    {
        TestConversation group = await TestConversation.CreateAsync(Cluster, people: 2);
        Caller joining = TestConversation.NewPerson(Cluster);
        byte[] commit = MlsBytes.Commit(group.Group, 1, 0, group.People[0], adds: [joining]);
        byte[] identity = MlsBytes.IdentityOf(joining);
        byte[] key = ScriptedDevices.KeyOf(group.People[0].Device);
        foreach (int place in new[] { commit.AsSpan().IndexOf(identity), commit.AsSpan().IndexOf(key), commit.AsSpan().IndexOf(key) - 10 })
        {
            byte[] changed = [.. commit];
            changed[place] ^= 1;

            EntryAppended answer = await group.Members.Commit(new CommitEpoch(group.People[0], MessageId.New(), changed, [1]));

            Assert.Equal(ConversationStatus.CommitInvalid, answer.Status);
        }

        Assert.Equal(
            ConversationStatus.Accepted, (await group.Members.Commit(new CommitEpoch(group.People[0], MessageId.New(), commit, [1]))).Status);
    }

    private static byte[] KeyPackageOf(Caller device)
    {
        using KeyPackageBundle package = MlsBytes.NewKeyPackage(device);
        return package.KeyPackage;
    }
}
