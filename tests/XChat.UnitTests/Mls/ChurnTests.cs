using XChat.Crypto.Mls;

namespace XChat.UnitTests.Mls;

/// <summary>Random histories of a group: whatever happens in whatever order, the members agree and the server's roster is theirs.</summary>
public sealed class ChurnTests(ITestOutputHelper output)
{
    private const int MostMembers = 24;

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(20_261_124)]
    public void Members_agree_after_any_history(int? fixedSeed)
    {
        int seed = fixedSeed ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        List<TestMember> members = TestMember.GroupOf("m0");
        LeafRoster roster = new([0]);
        for (int step = 0, named = 1; step < 150; step++)
        {
            List<byte[]> late = [.. members.Select(member => member.Encrypt($"late of {member.Name}"))];
            List<TestMember> speakers = [.. members];
            TestMember committer = members[random.Next(members.Count)];
            List<TestMember> leaving = [.. members.Where(member => member != committer && random.Next(8) == 0)];
            int room = MostMembers - members.Count + leaving.Count;
            List<TestMember> joining = [.. Enumerable.Range(0, random.Next(Math.Min(4, room + 1))).Select(_ => new TestMember($"m{named++}"))];

            PendingCommit commit = committer.Commit(
                [.. joining.Select(member => member.NewKeyPackage())], [.. leaving.Select(member => member.Group.OwnLeaf)]);
            CheckInspector(commit, committer, joining.Count, leaving);
            leaving.ForEach(member => Assert.True(roster.Remove(member.Group.OwnLeaf)));
            committer.Group.Merge(commit);
            foreach (TestMember member in members.Where(member => member != committer))
            {
                Assert.Equal(leaving.Contains(member), member.Follow(commit.Message).SelfRemoved);
            }

            joining.ForEach(member => member.Join(commit.Welcome!));
            Assert.All(joining, member => Assert.Equal(roster.Add(), member.Group.OwnLeaf));
            members = [.. members.Except(leaving), .. joining];
            CheckAgreement(members, roster);
            CheckTalk(random, members, joining, speakers, late);
            members.Where(_ => random.Next(4) == 0).ToList().ForEach(member => member.Restart());
            leaving.ForEach(member => member.Dispose());
        }

        output.WriteLine($"{members.Count} members at epoch {members[0].Group.Epoch}");
    }

    private static void CheckInspector(PendingCommit commit, TestMember committer, int adds, List<TestMember> leaving)
    {
        CommitInfo info = CommitInspector.Inspect(commit.Message);
        Assert.Equal((committer.Group.Epoch, committer.Group.OwnLeaf, adds), (info.Epoch, info.SenderLeaf, info.Adds.Count));
        Assert.Equal(leaving.Select(member => member.Group.OwnLeaf), info.Removes);
        Assert.Equal(committer.Identity, info.PathIdentity);
    }

    private static void CheckAgreement(List<TestMember> members, LeafRoster roster)
    {
        byte[] authenticator = members[0].Group.EpochAuthenticator;
        Assert.All(members, member => Assert.Equal(authenticator, member.Group.EpochAuthenticator));
        Assert.All(members, member => Assert.Equal(roster.Taken, member.Group.Members.Select(leaf => leaf.LeafIndex)));
    }

    private static void CheckTalk(
        Random random, List<TestMember> members, List<TestMember> joined, List<TestMember> speakers, List<byte[]> late)
    {
        TestMember sender = members[random.Next(members.Count)];
        byte[] message = sender.Encrypt("now");
        Assert.All(members.Where(member => member != sender), member => Assert.Equal("now", member.Decrypt(message)));

        TestMember reader = members[random.Next(members.Count)];
        if (!joined.Contains(reader))
        {
            int[] order = [.. Enumerable.Range(0, late.Count)];
            random.Shuffle(order);
            foreach (int i in order.Where(i => speakers[i] != reader))
            {
                Assert.Equal($"late of {speakers[i].Name}", reader.Decrypt(late[i]));
            }
        }
    }
}
